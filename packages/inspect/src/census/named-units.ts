/** 2 x 8 MiB, once there is a row. */
const CELLS = 2 ** 20;
const [FNV_START, FNV_PRIME] = [0x811c9dc5, 0x01000193];
const OTHER_START = 0x9747b28c;
/** Candidates held for each unit that is asked for, before the smaller half goes. */
const HELD = 8;
const LEAST_HELD = 64;

interface Candidate<Unit> {
  readonly unit: Unit;
  weight: number;
}

/**
 * The units with the largest sums of rows that come in any order, as far as they can be told in bounded memory: sums are estimated by the cells that a unit has in two tables
 * (a count-min sketch), so one may be too large and none too small.
 */
export class NamedUnits<Unit> {
  readonly #most: number;
  #cells: readonly [Float64Array, Float64Array] | undefined;
  readonly #candidates = new Map<string, Candidate<Unit>>();
  /** What a new candidate must weigh. */
  #least = 0;

  /** @param most units that are asked for. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Adds a row of a unit. @param id of it alone. @param unitOf is asked for a candidate. */
  add(id: string, weight: number, unitOf: () => Unit): void {
    this.#cells ??= [new Float64Array(CELLS), new Float64Array(CELLS)];
    const [a, b] = this.#cells;
    const [x, y] = [cellOf(id, FNV_START), cellOf(id, OTHER_START)];
    a[x]! += weight;
    b[y]! += weight;
    const sum = Math.min(a[x]!, b[y]!);
    const known = this.#candidates.get(id);
    if (known !== undefined) known.weight = sum;
    else if (sum > this.#least && this.#most > 0) this.#begin(id, { unit: unitOf(), weight: sum });
  }

  /** What the rows of a unit sum up to, or somewhat more. */
  weightOf(id: string): number {
    if (this.#cells === undefined) return 0;
    const [a, b] = this.#cells;
    return Math.min(a[cellOf(id, FNV_START)]!, b[cellOf(id, OTHER_START)]!);
  }

  /** Those that may be the largest. */
  candidates(): Unit[] {
    return Array.from(this.#candidates.values(), ({ unit }) => unit);
  }

  #begin(id: string, candidate: Candidate<Unit>): void {
    const candidates = this.#candidates;
    candidates.set(id, candidate);
    const held = Math.max(LEAST_HELD, this.#most * HELD);
    if (candidates.size < held) return;
    const sorted = [...candidates].sort(([, { weight: one }], [, { weight: other }]) => other - one);
    for (const [small] of sorted.splice(held / 2)) candidates.delete(small);
    this.#least = sorted.at(-1)![1].weight;
  }
}

function cellOf(id: string, start: number): number {
  let hash = start;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), FNV_PRIME);
  hash ^= hash >>> 15;
  return Math.imul(hash, FNV_PRIME) >>> 12;
}
