import type { SnapshotPart } from '@ekv/manifest';
import { parseRanges, type RouteRange, rangesText } from '@ekv/routing';
import { DataError, UsageError } from '@ekv/snapshot';

/** A snapshot, and what its sidecar says of it. */
interface EncodedInput {
  /** As given. */
  readonly path: string;
  readonly part?: SnapshotPart | undefined;
}

/**
 * The ranges by which an encode divided a dump to these snapshots, as the sidecars of all of them say; nothing when one has none, or the
 * numbers are not those of the sidecars. docs/format/09-groups.md, section 3.1.
 *
 * @throws DataError when two sidecars say different ranges: rows may be in neither file then, or in both.
 */
export function encodedRanges(
  inputs: readonly EncodedInput[],
  groups: ReadonlyArray<bigint | undefined>,
): RouteRange[] | undefined {
  const encoded = inputs.filter(({ part }) => part !== undefined);
  const [first] = encoded;
  const text = first?.part?.ranges;
  if (text === undefined) return undefined;
  const other = encoded.find(({ part }) => part!.ranges !== text);
  if (other !== undefined)
    throw new DataError(
      `${first!.path} and ${other.path} are of different ranges, so they come from two runs of encode; bring the files of one run together`,
    );
  return inputs.every(({ part }, i) => part !== undefined && part.group === groups[i]) ? exactRanges(text) : undefined;
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
