import type { SnapshotPart } from '@ekv/manifest';
import { parseRanges, type RouteRange, rangesText } from '@ekv/routing';
import { DataError, UsageError } from '@ekv/snapshot';

/** A snapshot, and what its sidecar says of it. */
interface EncodedInput {
  /** As given. */
  readonly path: string;
  readonly part?: SnapshotPart | undefined;
}

/** Throws DataError for snapshots of two encodes with different ranges: some rows are in none of them, or in two. */
export function refuseTwoEncodes(inputs: readonly EncodedInput[]): void {
  const [first, ...others] = inputs.filter(({ part }) => part !== undefined);
  const other = others.find(({ part }) => part!.ranges !== first!.part!.ranges);
  if (other === undefined) return;
  throw new DataError(
    `${first!.path} and ${other.path} are of different ranges, so they come from two runs of encode; bring the files of one run together`,
  );
}

/**
 * The ranges by which an encode divided a dump to these snapshots, as the sidecars of all of them say; nothing when one has none, or the
 * numbers are not those of the sidecars. docs/format/09-groups.md, section 3.1.
 */
export function encodedRanges(
  inputs: readonly EncodedInput[],
  groups: ReadonlyArray<bigint | undefined>,
): RouteRange[] | undefined {
  const text = inputs[0]?.part?.ranges;
  if (text === undefined) return undefined;
  const isEach = inputs.every(({ part }, i) => part?.ranges === text && part.group === groups[i]);
  return isEach ? exactRanges(text) : undefined;
}

/** Nothing for text that no encode writes, and for what it writes for people alone: bounds that the flag of a server cannot have. */
function exactRanges(text: string): RouteRange[] | undefined {
  try {
    const ranges = parseRanges(text, 'ekv.ranges');
    return text.includes('\\') || rangesText(ranges) !== text ? undefined : ranges;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return undefined;
  }
}
