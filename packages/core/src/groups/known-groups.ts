import type { SnapshotPart } from '@ekv/manifest';
import {
  type Catalog,
  catalogGroup,
  catalogInForce,
  type GroupInput,
  isMoving,
  missingGroups,
  parseRanges,
  type RouteRange,
  withLastGroup,
} from '@ekv/routing';
import { type CheckedSnapshot, DataError, UsageError, type Warn } from '@ekv/snapshot';
import { encodedPartitionGroups, encodedRanges, refuseTwoEncodes } from './encoded-ranges.ts';
import { storedCatalog } from './stored-catalog.ts';

/** A snapshot whose rows can be read, and what is known of its group. */
export interface GroupSource {
  /** As given. */
  readonly path: string;
  readonly source: CheckedSnapshot;
  /** As given, or by its folder. */
  readonly group: bigint | undefined;
  /** Which part of a dump it was encoded from, when its sidecar says so. */
  readonly part?: SnapshotPart | undefined;
}

/** Which group each snapshot is of, and which groups the cluster has. */
export interface KnownGroups {
  readonly groups: ReadonlyArray<bigint | undefined>;
  /** All that are known to be in the cluster, ascending. */
  readonly all: readonly bigint[];
  /** Nothing when neither the rows, nor sidecars, nor the caller say. */
  readonly ranges: readonly RouteRange[] | undefined;
  /** Of the catalog in force. */
  readonly catalog: Catalog | undefined;
  /** Groups of the cluster that have no snapshot, ascending. */
  readonly missing: readonly bigint[];
}

/** Names that the servers keep for data on its way from one group to another. */
const MOVING_ROWS = ['!migstage|', '!migfence|'];

/**
 * The groups by the numbers given, the sidecars and the catalogs of the snapshots; docs/format/09-groups.md, section 3.1.
 *
 * @param routes text of ranges that replaces the catalogs. Throws UsageError, and DataError for rows that are no catalog, and for snapshots
 * of two encodes.
 */
export function knownGroups(inputs: readonly GroupSource[], routes: string | undefined, warn: Warn): KnownGroups {
  const isGiven = routes !== undefined;
  if (!isGiven) refuseTwoEncodes(inputs);
  const catalogOf = inputs.length > 1 ? storedCatalog : (source: CheckedSnapshot) => readableCatalog(source, warn);
  const named = inputs.map(({ source, group, part }) => {
    return { name: source.path, group: group ?? part?.group, catalog: isGiven ? undefined : catalogOf(source) };
  });
  const { catalog, groups: known, input, valid } = catalogInForce(named);
  if (valid > 1) warnOfSeveral(valid, named[input]!.name, warn);
  if (valid > 0) warnOfMisplaced(named, known, warn);
  const ranges = isGiven ? parseRanges(routes, '--routes') : (catalog?.routes ?? encodedRanges(inputs, known));
  const ofRanges = ranges?.map(({ group }) => group) ?? [];
  const all = [...new Set([...ofRanges, ...encodedPartitionGroups(inputs)])].sort((a, b) => (a < b ? -1 : 1));
  const groups = withLastGroup(all, known);
  return { groups, all, ranges, catalog, missing: missingGroups(all, groups) };
}

/** Of one snapshot that is read alone: it holds its data whatever its catalog is. */
function readableCatalog(source: CheckedSnapshot, warn: Warn): ReturnType<typeof storedCatalog> {
  try {
    const catalog = storedCatalog(source);
    if (catalog === undefined || catalogGroup(catalog.content.routes) !== undefined) return catalog;
    throw new DataError(`${source.path}: the routes of its catalog give its own rows to no group`);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    warn({
      event: 'catalog_unreadable',
      message: `${error.message}; so nothing tells whether there are more groups`,
      fields: { snapshot: source.path },
      doubt: true,
    });
    return undefined;
  }
}

function warnOfSeveral(count: number, name: string, warn: Warn): void {
  warn({
    event: 'several_catalogs',
    message: `${count} groups hold a catalog that gives them its own place, as after a start with other ranges; the newest one is in force, that of ${name}`,
    fields: { count, snapshot: name },
  });
}

/** A server writes a catalog into the group that its routes give it, and it stays there. */
function warnOfMisplaced(inputs: readonly GroupInput[], groups: ReadonlyArray<bigint | undefined>, warn: Warn): void {
  for (const [i, { name, catalog }] of inputs.entries()) {
    if (catalog === undefined) continue;
    const owner = catalogGroup(catalog.content.routes);
    if (owner === groups[i]) continue;
    warn({
      event: 'catalog_misplaced',
      message: `${name} was read as group ${groups[i] ?? 'unknown'}, and a catalog in it, which is not in force, says that it is of ${owner === undefined ? 'no group' : `group ${owner}`}: its number is wrong, or it is a file of another cluster; look at where it was copied from`,
      fields: { snapshot: name, group: groups[i] ?? 'unknown', owner: owner ?? 'none' },
      doubt: true,
    });
  }
}

/** Which groups the catalog has beside those that are read: refused, or a warning. Throws UsageError. */
export function lookForMissing({ missing, groups, all }: KnownGroups, isAllowed: boolean, warn: Warn): void {
  if (missing.length === 0) return;
  const given = groups.map((group) => group ?? 'unknown').join(', ');
  const message = `the cluster has the groups ${all.join(', ')}, and ${missingText(missing)} not among the snapshots (${groups.length === 1 ? 'group' : 'groups'} ${given}): a part of the data is in ${missing.length === 1 ? 'it' : 'them'}`;
  if (!isAllowed)
    throw new UsageError(
      `${message}; give a snapshot of each group, or the folder of the node that holds all group folders, which decode takes as --input-snap-dir; --allow-missing-groups goes on with the rest`,
    );
  warn({
    event: 'missing_groups',
    message: `${message}; give a snapshot of each group to have all`,
    fields: { groups: all.join(','), missing: missing.join(',') },
  });
}

function missingText(missing: readonly bigint[]): string {
  return missing.length === 1 ? `group ${missing[0]} is` : `the groups ${missing.join(', ')} are`;
}

/** Throws DataError when data is on its way from one group to another. */
export function refuseMoving({ catalog }: KnownGroups, inputs: readonly GroupSource[]): void {
  const rows = inputs.flatMap(({ source }) => movingRows(source))[0];
  const sign =
    rows ?? (catalog !== undefined && isMoving(catalog) ? 'routes in another state than active, or jobs' : undefined);
  if (sign === undefined) return;
  throw new DataError(
    `data is being moved between groups (${sign}), so nothing tells which of two copies counts; take snapshots when the move has ended, or decode what is there with --keep-strays`,
  );
}

function movingRows({ path, summary }: CheckedSnapshot): string[] {
  const families = [...summary.unknown.keys()];
  const found = families.find((family) => MOVING_ROWS.some((prefix) => family.startsWith(prefix)));
  return found === undefined ? [] : [`rows ${found} in ${path}`];
}
