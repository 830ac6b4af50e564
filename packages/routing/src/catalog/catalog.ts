import { DataError, printable } from '@ekv/snapshot';
import { CATALOG_VERSION_KEY } from '../key/catalog-key.ts';
import { beginsWith, prefixBytes } from '../key/key-bytes.ts';
import { type RouteRange, rangesProblem, sortedRanges } from '../ranges/route-range.ts';
import { Router } from '../router.ts';
import { FieldReader } from './field-reader.ts';
import { flag, u64 } from './fields.ts';
import { ACTIVE, type Route, readRoute, routeBytes } from './route.ts';

const NEXT_ROUTE_KEY = prefixBytes('!dist|meta|next_route_id');
const DELTA_FLOOR_KEY = prefixBytes('!dist|meta|delta_floor');
const ROUTE_ROWS = prefixBytes('!dist|route|');
const DELTA_ROWS = prefixBytes('!dist|delta|');
const JOB_ROWS = prefixBytes('!dist|job|');
const FIRST_VERSION = 1n;
const NUMBER_FORM = 1;
const SET = 1;

/** The route table that a cluster has stored. docs/format/10-routing.md, section 5. */
export interface Catalog {
  readonly version: bigint;
  /** Ascending by start. */
  readonly routes: readonly Route[];
  /** Moves of data between groups that are under way. */
  readonly jobs: number;
}

/** A row by its stored key, without the timestamp of its version. */
export interface StoredRow {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/**
 * The catalog in its rows: the newest versions that are live, of one group alone, in any order; rows of other keys are passed over.
 *
 * @returns nothing when there is no row of a version.
 * @throws DataError that names the key and the rule, also for routes that overlap.
 */
export function readCatalog(rows: Iterable<StoredRow>): Catalog | undefined {
  const routes: Route[] = [];
  let version: bigint | undefined;
  let jobs = 0;
  for (const { key, value } of rows) {
    if (isKey(key, CATALOG_VERSION_KEY)) version = numberIn(value, `the row ${printable(key)}`);
    else if (beginsWith(key, 0, key.length, ROUTE_ROWS)) routes.push(readRoute(value, `the row ${printable(key)}`));
    else if (beginsWith(key, 0, key.length, JOB_ROWS)) jobs++;
  }
  if (version === undefined) return undefined;
  const problem = rangesProblem(routes);
  if (problem !== undefined) throw new DataError(`the catalog rows ${printable(ROUTE_ROWS)}: ${problem}`);
  return { version, routes: sortedRanges(routes), jobs };
}

/** Whether the catalog, or a move of data that it speaks of, is between two states. */
export function isMoving({ routes, jobs }: Catalog): boolean {
  return jobs > 0 || routes.some(({ state }) => state !== ACTIVE);
}

/** The group that holds the catalog of some ranges; nothing when its key lies in a gap. */
export function catalogGroup(ranges: readonly RouteRange[]): bigint | undefined {
  return new Router(ranges).groupOf(CATALOG_VERSION_KEY);
}

/** The rows that a node of a new cluster with these ranges writes at its first start, ascending by key. */
export function catalogRows(ranges: readonly RouteRange[]): StoredRow[] {
  const routes = sortedRanges(ranges).map(firstRoute);
  const changes = routes.map((route) => {
    const bytes = routeBytes(route);
    return Buffer.concat([flag(SET), u64(route.id), u64(bytes.length), bytes]);
  });
  const delta = [flag(NUMBER_FORM), u64(FIRST_VERSION - 1n), u64(FIRST_VERSION), u64(changes.length), ...changes];
  return [
    { key: Buffer.concat([DELTA_ROWS, u64(FIRST_VERSION)]), value: Buffer.concat(delta) },
    { key: DELTA_FLOOR_KEY, value: numberBytes(FIRST_VERSION) },
    { key: NEXT_ROUTE_KEY, value: numberBytes(BigInt(routes.length) + 1n) },
    { key: CATALOG_VERSION_KEY, value: numberBytes(FIRST_VERSION) },
    ...routes.map((route) => ({ key: Buffer.concat([ROUTE_ROWS, u64(route.id)]), value: routeBytes(route) })),
  ];
}

function firstRoute(range: RouteRange, index: number): Route {
  return { ...range, id: BigInt(index) + 1n, state: ACTIVE, parent: 0n, splitAt: 0n };
}

function numberBytes(value: bigint): Buffer {
  return Buffer.concat([flag(NUMBER_FORM), u64(value)]);
}

function numberIn(value: Uint8Array, name: string): bigint {
  const fields = new FieldReader(value, name);
  const form = fields.byte();
  if (form !== NUMBER_FORM)
    throw new DataError(`${name}: the first byte is ${form}; a number begins with ${NUMBER_FORM}`);
  const number = fields.u64();
  fields.end();
  return number;
}

function isKey(key: Uint8Array, other: Uint8Array): boolean {
  return key.length === other.length && beginsWith(key, 0, key.length, other);
}
