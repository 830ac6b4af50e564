import { ArgumentError } from '@ekv/snapshot';
import type { RouteKey } from '../key/route-key.ts';
import { type RouteRange, rangesProblem, sortedRanges } from './route-range.ts';

/** Ranges to look route keys up in. docs/format/10-routing.md, section 3. */
export class RouteTable {
  /** Ascending by start. */
  readonly ranges: readonly RouteRange[];
  #last = 0;

  /** Throws ArgumentError for ranges with which no server starts. */
  constructor(ranges: readonly RouteRange[]) {
    const problem = rangesProblem(ranges);
    if (problem !== undefined) throw new ArgumentError(`the ranges of a route table: ${problem}`);
    this.ranges = sortedRanges(ranges);
  }

  /** The range that holds a route key; nothing in a gap. */
  find(key: RouteKey): RouteRange | undefined {
    // Keys mostly come in order.
    const last = this.ranges[this.#last]!;
    if (key.compareTo(last.start) >= 0 && isBelowEnd(key, last)) return last;
    let low = 0;
    let high = this.ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (key.compareTo(this.ranges[middle]!.start) >= 0) low = middle + 1;
      else high = middle;
    }
    const found = this.ranges[low - 1];
    if (found === undefined || !isBelowEnd(key, found)) return undefined;
    this.#last = low - 1;
    return found;
  }
}

function isBelowEnd(key: RouteKey, { end }: RouteRange): boolean {
  return end === undefined || key.compareTo(end) < 0;
}
