/** Places of the elements that are in one list alone, each ascending. */
export interface ListEdit {
  /** Places in the first list. */
  readonly removed: readonly number[];
  /** Places in the second one, once the others are removed. */
  readonly added: readonly number[];
}

/** Steps of a comparison in which the order of all elements is looked for: 4 MiB of memory. */
const MOST_CELLS = 1 << 20;

/**
 * What leads from one list to the other: with the fewest elements that change places as long as the lists are short, otherwise all between
 * what they have in common at both ends.
 */
export function listEdit(from: readonly string[], to: readonly string[]): ListEdit {
  let start = 0;
  while (start < from.length && start < to.length && from[start] === to[start]) start++;
  let end = 0;
  while (end < from.length - start && end < to.length - start && from.at(-1 - end) === to.at(-1 - end)) end++;
  const a = from.slice(start, from.length - end);
  const b = to.slice(start, to.length - end);
  const { removed, added } =
    a.length * b.length <= MOST_CELLS ? shortestEdit(a, b) : { removed: places(a), added: places(b) };
  return { removed: removed.map((place) => place + start), added: added.map((place) => place + start) };
}

/** By the longest list that is in both. */
function shortestEdit(a: readonly string[], b: readonly string[]): ListEdit {
  const width = b.length + 1;
  /** Elements that `a` from i on and `b` from j on have in common. */
  const common = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j;
      common[at] = a[i] === b[j] ? common[at + width + 1]! + 1 : Math.max(common[at + width]!, common[at + 1]!);
    }
  }
  const removed: number[] = [];
  const added: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const at = i * width + j;
    if (a[i] === b[j]) {
      i++;
      j++;
    } else if (common[at + width]! >= common[at + 1]!) removed.push(i++);
    else added.push(j++);
  }
  for (; i < a.length; i++) removed.push(i);
  for (; j < b.length; j++) added.push(j);
  return { removed, added };
}

function places(list: readonly string[]): number[] {
  return list.map((_, place) => place);
}
