import { DataError } from '@ekv/snapshot';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CATALOG_ROWS } from '../key/catalog-key.ts';
import { parseRanges, rangesText } from '../ranges/parse-ranges.ts';
import { newestRows, rowVersions } from '../stored-rows.test-data.ts';
import { catalogGroup, catalogRows, isMoving, readCatalog } from './catalog.ts';
import { type Route, readRoute, routeBytes } from './route.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

const REAL_ROUTE = hex(
  `
  02 0000000000000002 0000000000000002 00 0000000000000000
  0000000000000012 216464627c726f7574657c7461626c657c62
  01 0000000000000005 216464627e 0000000000000000`.replaceAll('\n', ''),
);

const SPLIT_ROUTE = hex(
  '02 0000000000000004 0000000000000002 00 0000000000000002 0000000000000001 74 00 01a2203f35130000',
);

test('the route of a real node is read and written byte for byte', () => {
  const route = readRoute(REAL_ROUTE, 'x');
  expect({ ...route, start: route.start.toString(), end: route.end?.toString() }).toEqual({
    id: 2n,
    group: 2n,
    state: 0,
    parent: 0n,
    start: '!ddb|route|table|b',
    end: '!ddb~',
    splitAt: 0n,
  });
  expect(routeBytes(route)).toEqual(REAL_ROUTE);
});

test('the route that a split made has its parent and its time, and no end', () => {
  const route = readRoute(SPLIT_ROUTE, 'x');
  expect(route).toEqual({
    id: 4n,
    group: 2n,
    state: 0,
    parent: 2n,
    start: Buffer.from('t'),
    splitAt: 0x01a2203f35130000n,
  });
  expect(routeBytes(route)).toEqual(SPLIT_ROUTE);
});

test('a route of the first form has no time of a split; later forms may have more fields', () => {
  const old = Buffer.from(SPLIT_ROUTE.subarray(0, -8));
  old[0] = 1;
  expect(readRoute(old, 'x').splitAt).toBe(0n);
  const later = Buffer.concat([SPLIT_ROUTE, Buffer.from('more')]);
  later[0] = 3;
  expect(readRoute(later, 'x')).toEqual(readRoute(SPLIT_ROUTE, 'x'));
});

test.each([
  ['cut', SPLIT_ROUTE.subarray(0, -1), /cut/],
  ['cut in its start', SPLIT_ROUTE.subarray(0, 34), /cut/],
  ['with a start longer than all memory', Buffer.concat([SPLIT_ROUTE.subarray(0, 26), Buffer.alloc(8, 0xff)]), /cut/],
  ['with bytes behind', Buffer.concat([SPLIT_ROUTE, Buffer.from('x')]), /1 bytes follow/],
  ['of form 0', Buffer.concat([Buffer.alloc(1), SPLIT_ROUTE.subarray(1)]), /first byte is 0/],
  [
    'with id 0',
    Buffer.concat([SPLIT_ROUTE.subarray(0, 1), Buffer.alloc(8), SPLIT_ROUTE.subarray(9)]),
    /neither may be 0/,
  ],
  ['empty', Buffer.alloc(0), /cut/],
])('a route %s is refused', (_, bytes, message) => {
  expect(() => readRoute(bytes, 'the row')).toThrow(message);
  expect(() => readRoute(bytes, 'the row')).toThrow(DataError);
});

test('routes are the same after they were bytes', () => {
  const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  const id = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n });
  const bytes = fc.uint8Array({ maxLength: 20 }).map((array) => Buffer.from(array));
  const route = fc.record<Route>(
    { id, group: id, state: fc.nat(3), parent: u64, start: bytes, end: bytes, splitAt: u64 },
    { requiredKeys: ['id', 'group', 'state', 'parent', 'start', 'splitAt'] },
  );
  fc.assert(
    fc.property(route, (given) => {
      expect(readRoute(routeBytes(given), 'x')).toEqual(given);
    }),
  );
});

const REAL = [
  {
    name: 'two groups',
    file: 'live/two-groups/node/group-1/fsm-snap/0000000000000097.fsm',
    ranges: ':!ddb|route|table|b=1,!ddb|route|table|b:!ddb~=2,!ddb~:m=1,m:=2',
    group: 1n,
  },
  {
    name: 'three groups',
    file: 'groups/three-groups/node/group-3/fsm-snap/0000000000000038.fsm',
    ranges:
      ':!ddb|route|table|b=1,!ddb|route|table|b:!ddb~=2,!ddb~:!hs|meta|=3,!hs|meta|:!s3route|m=1,!s3route|m:!s3~=2,!s3~:!st|meta|=3,!st|meta|:m=1,m:=2',
    group: 3n,
  },
  {
    name: 'files with route rows',
    file: 'groups/encode-with-catalog/want/group-1.fsm',
    ranges: ':m=1,m:n5=2,n5:n6=3,n6:=2',
    group: 1n,
  },
];

describe.each(REAL)('the catalog of $name', ({ file, ranges, group }) => {
  const rows = newestRows(rowVersions(file), CATALOG_ROWS);

  test('is read: the ranges of the flag, in the group that holds it', () => {
    const catalog = readCatalog(rows)!;
    expect(rangesText(catalog.routes)).toBe(rangesText(parseRanges(ranges, 'x')));
    expect(catalog.version).toBe(1n);
    expect(catalogGroup(catalog.routes)).toBe(group);
    expect(isMoving(catalog)).toBe(false);
  });

  test('is written byte for byte as the node wrote it', () => {
    const shown = (list: Iterable<{ key: Uint8Array; value: Uint8Array }>) =>
      [...list].map(({ key, value }) => `${Buffer.from(key).toString('latin1')} ${Buffer.from(value).toString('hex')}`);
    expect(shown(catalogRows(parseRanges(ranges, 'x')))).toEqual(shown(rows).sort());
  });
});

test('rows without the version are no catalog', () => {
  const rows = catalogRows(parseRanges(':=1', 'x'));
  expect(readCatalog([])).toBeUndefined();
  expect(
    readCatalog(rows.filter(({ key }) => !Buffer.from(key).toString('latin1').endsWith('version'))),
  ).toBeUndefined();
});

test('routes that overlap are refused', () => {
  const rows = [...catalogRows(parseRanges(':=1', 'x')), ...catalogRows(parseRanges(':m=1', 'x'))];
  expect(() => readCatalog(rows)).toThrow(/overlap/);
});

test('a job, or a route that is not active, is a move under way', () => {
  const rows = catalogRows(parseRanges(':=1', 'x'));
  const job = { key: Buffer.from('!dist|job|\0\0\0\0\0\0\0\x01'), value: Buffer.from('\x01') };
  expect(isMoving(readCatalog([...rows, job])!)).toBe(true);
  const catalog = readCatalog(rows)!;
  expect(isMoving({ ...catalog, routes: catalog.routes.map((route) => ({ ...route, state: 1 })) })).toBe(true);
});
