import type { Manifest } from '@ekv/manifest';
import {
  CATALOG_VERSION_KEY,
  catalogGroup,
  type PartitionMap,
  parsePartitionMap,
  parseRanges,
  type RouteRange,
  rangesProblem,
  rangesText,
  rangeText,
} from '@ekv/routing';
import { DataError, printable, UsageError } from '@ekv/snapshot';
import type { PublishGroupsRequest } from './groups-request.ts';

/** In place of ranges: those of the manifest. */
const OF_MANIFEST = 'auto';
/** More snapshots than that are not merged again. */
const MOST_GROUPS = 256;

/** How the rows of a tree are divided. */
export interface GivenGroups {
  /** Ascending by start. */
  readonly ranges: readonly RouteRange[];
  readonly partitions: PartitionMap;
  /** All that get a snapshot, ascending. */
  readonly groups: readonly bigint[];
  /** The ranges for people, and for the flag of a server where that can have them. */
  readonly text: string;
}

/** What of the flags can be checked before anything is read. Throws UsageError. */
export function parseGroups({ groups, partitionMap = '', withCatalog }: PublishGroupsRequest) {
  const partitions = parsePartitionMap(partitionMap, '--partition-map');
  const ranges = groups.trim() === OF_MANIFEST ? undefined : parseRanges(groups, '--groups');
  if (ranges !== undefined) checkRanges(ranges, partitions, withCatalog ?? false);
  return { partitions, ranges };
}

/** Throws DataError for a manifest without ranges when these were asked for. */
export function givenGroups(
  { partitions, ranges: given }: ReturnType<typeof parseGroups>,
  manifest: Manifest,
  { input, withCatalog }: PublishGroupsRequest,
): GivenGroups {
  const ranges = given ?? rangesOf(manifest, input);
  if (given === undefined) checkRanges(ranges, partitions, withCatalog ?? false);
  return {
    ranges,
    partitions,
    groups: groupsOf(ranges, partitions),
    text: rangesText(ranges) ?? ranges.map(rangeText).join(','),
  };
}

function checkRanges(ranges: readonly RouteRange[], partitions: PartitionMap, withCatalog: boolean): void {
  const count = groupsOf(ranges, partitions).length;
  if (count > MOST_GROUPS) {
    throw new UsageError(`--groups and --partition-map name ${count} groups; the most is ${MOST_GROUPS}`);
  }
  if (withCatalog && catalogGroup(ranges) === undefined) {
    throw new UsageError(
      `--with-catalog: no range of --groups holds ${printable(CATALOG_VERSION_KEY)}, so no group can have the catalog; let a range begin at or below it`,
    );
  }
}

function groupsOf(ranges: readonly RouteRange[], partitions: PartitionMap): bigint[] {
  const all = [...ranges.map(({ group }) => group), ...[...partitions.values()].flat()];
  return [...new Set(all)].sort((a, b) => (a < b ? -1 : 1));
}

function rangesOf({ ekv }: Manifest, input: string): RouteRange[] {
  const stored = ekv?.routes?.ranges;
  if (stored === undefined) {
    throw new DataError(
      `--groups auto: the MANIFEST.json of ${input} does not say by which ranges its cluster was divided, because it comes from one group or from another tool; give the ranges, as the flag --shardRanges of the server has them`,
    );
  }
  const ranges = stored.map(({ start, end, group }) => ({
    start: bound(start, input),
    ...(end === undefined ? {} : { end: bound(end, input) }),
    group,
  }));
  const problem = rangesProblem(ranges);
  if (problem !== undefined)
    throw new DataError(`--groups auto: ekv.routes in the MANIFEST.json of ${input}: ${problem}`);
  return ranges.sort((a, b) => Buffer.compare(a.start, b.start));
}

/** A bound of the manifest: base64 of the URL alphabet, without padding. */
function bound(text: string, input: string): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') === text) return bytes;
  throw new DataError(
    `--groups auto: ekv.routes in the MANIFEST.json of ${input}: ${JSON.stringify(text)} is no bound of a range; it must be base64url without padding`,
  );
}
