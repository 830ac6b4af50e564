import { printable } from '@ekv/snapshot';

/** Route keys from `start`, which is included, up to `end`, which is not; docs/format/10-routing.md, section 3. */
export interface RouteRange {
  /** Empty: from the lowest key on. */
  readonly start: Uint8Array;
  /** Left out: no end. */
  readonly end?: Uint8Array | undefined;
  /** Id of the Raft group that holds it. */
  readonly group: bigint;
}

/** Ranges ascending by start. */
export function sortedRanges<R extends RouteRange>(ranges: readonly R[]): R[] {
  return ranges.toSorted((a, b) => Buffer.compare(a.start, b.start));
}

/** Why no server would start with these ranges; nothing when one would. */
export function rangesProblem(ranges: readonly RouteRange[]): string | undefined {
  if (ranges.length === 0) return 'there is no range';
  const sorted = sortedRanges(ranges);
  for (const [i, range] of sorted.entries()) {
    if (range.group === 0n)
      return `the range ${rangeText(range)} names group 0, which keeps time and holds no rows; name another group`;
    if (range.end !== undefined && Buffer.compare(range.end, range.start) <= 0)
      return `the range ${rangeText(range)} ends at or below its start; the end must be above it`;
    const before = sorted[i - 1];
    if (before === undefined) continue;
    if (before.end === undefined || Buffer.compare(before.end, range.start) > 0)
      return `the ranges ${rangeText(before)} and ${rangeText(range)} overlap; each key may lie in one range alone`;
  }
}

/** Whether a route key can lie in none of these ranges, which are ascending and do not overlap. */
export function haveGaps(ranges: readonly RouteRange[]): boolean {
  let reached: Uint8Array | undefined = new Uint8Array();
  for (const { start, end } of ranges) {
    if (reached === undefined || Buffer.compare(reached, start) !== 0) return true;
    reached = end;
  }
  return reached !== undefined;
}

/** One range as a server's flag has it, printable: `a:m=1`. */
export function rangeText({ start, end, group }: RouteRange): string {
  return `${printable(start)}:${end === undefined ? '' : printable(end)}=${group}`;
}
