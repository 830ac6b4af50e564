import type { SnapshotPart } from '@ekv/manifest';
import { parsePartitionMap, parseRanges, type RouteRange, rangesText } from '@ekv/routing';
import { DataError, UsageError } from '@ekv/snapshot';

/** A snapshot, and what its sidecar says of it. */
interface EncodedInput {
  /** As given. */
  readonly path: string;
  readonly part?: SnapshotPart | undefined;
}

/** Throws DataError for snapshots of two encodes with different ranges or partition maps: some rows are in none of them, or in two. */
export function refuseTwoEncodes(inputs: readonly EncodedInput[]): void {
  const [first, ...others] = inputs.filter(({ part }) => part !== undefined);
  const own = first?.part;
  const other = others.find(({ part }) => part!.ranges !== own!.ranges || part!.partition_map !== own!.partition_map);
  if (other === undefined) return;
  const differs = other.part!.ranges === own!.ranges ? 'partition maps' : 'ranges';
  throw new DataError(
    `${first!.path} and ${other.path} are of different ${differs}, so they come from two runs of encode; bring the files of one run together`,
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

/** Groups of the partition map of an encode, as a sidecar says; none for text that is no map. */
export function encodedPartitionGroups(inputs: readonly EncodedInput[]): bigint[] {
  const text = inputs.find(({ part }) => part?.partition_map !== undefined)?.part?.partition_map ?? '';
  return orNothing(() => [...parsePartitionMap(text, 'ekv.partition_map').values()].flat()) ?? [];
}

/** Nothing for text that no encode writes, and for what it writes for people alone: bounds that the flag of a server cannot have. */
function exactRanges(text: string): RouteRange[] | undefined {
  const ranges = orNothing(() => parseRanges(text, 'ekv.ranges'));
  return ranges === undefined || text.includes('\\') || rangesText(ranges) !== text ? undefined : ranges;
}

function orNothing<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return undefined;
  }
}
