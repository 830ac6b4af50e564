/** Places of the elements that are in one list alone, each ascending. */
export interface ListEdit {
  /** Places in the first list. */
  readonly removed: readonly number[];
  /** Places in the second one, once the others are removed. */
  readonly added: readonly number[];
}

/** Elements that may come and go for the fewest of them to be looked for: what is remembered on the way grows with the square, to 4 MiB. */
const MOST_EDITS = 1 << 10;

/**
 * What leads from one list to the other: the fewest elements that go and come, however long the lists are. Where these would be more than
 * {@link MOST_EDITS}, all between what the lists have in common at both ends.
 */
export function listEdit(from: readonly string[], to: readonly string[]): ListEdit {
  let start = 0;
  while (start < from.length && start < to.length && from[start] === to[start]) start++;
  let end = 0;
  while (end < from.length - start && end < to.length - start && from.at(-1 - end) === to.at(-1 - end)) end++;
  const a = from.slice(start, from.length - end);
  const b = to.slice(start, to.length - end);
  const { removed, added } = shortestEdit(a, b) ?? { removed: places(a), added: places(b) };
  return { removed: removed.map((place) => place + start), added: added.map((place) => place + start) };
}

/** No place in the first list. */
const NOWHERE = -1;

/**
 * As Myers has it ("An O(ND) Difference Algorithm and Its Variations"): with 0, 1, 2 and so on elements that come and go, how far both lists
 * can be walked, on each diagonal, which is by how many more places one walks in `a` than in `b`.
 */
function shortestEdit(a: readonly string[], b: readonly string[]): ListEdit | undefined {
  const walks: Walk[] = [];
  for (let edits = 0; edits <= MOST_EDITS; edits++) {
    const before = walks.at(-1);
    const walk = new Walk(edits);
    walks.push(walk);
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let i = before === undefined ? 0 : Math.max(before.removing(diagonal, a), before.adding(diagonal, b));
      if (i === NOWHERE) continue;
      while (i < a.length && i - diagonal < b.length && a[i] === b[i - diagonal]) i++;
      walk.reach(diagonal, i);
      if (i === a.length && i - diagonal === b.length) return editOf(walks, a, b);
    }
  }
  return undefined;
}

/** Goes back from where both lists end. */
function editOf(walks: readonly Walk[], a: readonly string[], b: readonly string[]): ListEdit {
  const removed: number[] = [];
  const added: number[] = [];
  let diagonal = a.length - b.length;
  for (const before of walks.slice(0, -1).reverse()) {
    const removing = before.removing(diagonal, a);
    const adding = before.adding(diagonal, b);
    if (removing >= adding) {
      removed.push(removing - 1);
      diagonal--;
    } else {
      added.push(adding - diagonal - 1);
      diagonal++;
    }
  }
  return { removed: removed.reverse(), added: added.reverse() };
}

/** How far one gets in the first list with so many edits, by diagonals. */
class Walk {
  readonly #edits: number;
  readonly #places: Int32Array;

  constructor(edits: number) {
    this.#edits = edits;
    this.#places = new Int32Array(2 * edits + 1).fill(NOWHERE);
  }

  reach(diagonal: number, place: number): void {
    this.#places[diagonal + this.#edits] = place;
  }

  /** Where one comes to on a diagonal when an element of `a` goes. */
  removing(diagonal: number, a: readonly string[]): number {
    const place = this.#places[diagonal - 1 + this.#edits] ?? NOWHERE;
    return place === NOWHERE || place === a.length ? NOWHERE : place + 1;
  }

  /** Where one comes to on a diagonal when an element of `b` comes. */
  adding(diagonal: number, b: readonly string[]): number {
    const place = this.#places[diagonal + 1 + this.#edits] ?? NOWHERE;
    return place === NOWHERE || place - (diagonal + 1) === b.length ? NOWHERE : place;
  }
}

function places(list: readonly string[]): number[] {
  return list.map((_, place) => place);
}
