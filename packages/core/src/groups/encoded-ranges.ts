import type { SnapshotPart } from '@ekv/manifest';
import { parseRanges, type RouteRange, rangesText } from '@ekv/routing';
import { UsageError } from '@ekv/snapshot';

/**
 * The ranges by which an encode divided a dump to these snapshots, when the sidecars of all of them say the same ones; nothing when they
 * do not, or the numbers are not those of the sidecars. docs/format/09-groups.md, section 3.1.
 */
export function encodedRanges(
  inputs: ReadonlyArray<{ readonly part?: SnapshotPart | undefined }>,
  groups: ReadonlyArray<bigint | undefined>,
): RouteRange[] | undefined {
  const text = inputs[0]?.part?.ranges;
  if (text === undefined) return undefined;
  return inputs.every(({ part }, i) => part?.ranges === text && part.group === groups[i])
    ? exactRanges(text)
    : undefined;
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
