import { UsageError } from '@ekv/snapshot';
import { describe, expect, test } from 'vitest';
import { CATALOG_ROWS, CATALOG_VERSION_KEY } from '../key/catalog-key.ts';
import { parseRanges, rangesText } from '../ranges/parse-ranges.ts';
import { newestRows, rowVersions } from '../stored-rows.test-data.ts';
import { type Catalog, catalogRows, readCatalog } from './catalog.ts';
import { catalogInForce, type GroupInput } from './catalog-in-force.ts';

function input(name: string, group: bigint | undefined, ranges?: string, committedAt = 1n): GroupInput {
  if (ranges === undefined) return { name, group };
  const content: Catalog = readCatalog(catalogRows(parseRanges(ranges, 'x')))!;
  return { name, group, catalog: { content, committedAt } };
}

/** `!dist` lies below `m`, so the first range holds the catalog. */
const IN_1 = ':m=1,m:=2';
const IN_2 = ':m=2,m:=1';

test('a catalog that lies in the group that its routes give is in force', () => {
  const found = catalogInForce([input('a', 1n, IN_1), input('b', 2n)]);
  expect(found).toMatchObject({ input: 0, valid: 1, groups: [1n, 2n] });
});

test('one that lies elsewhere is a leftover', () => {
  expect(catalogInForce([input('a', 1n, IN_2), input('b', 2n, IN_2)])).toMatchObject({ input: 1, valid: 1 });
});

test('of several that hold the one with the newest version row is in force', () => {
  expect(catalogInForce([input('a', 1n, IN_1, 5n), input('b', 2n, IN_2, 9n)])).toMatchObject({ input: 1, valid: 2 });
  expect(catalogInForce([input('a', 1n, IN_1, 9n), input('b', 2n, IN_2, 5n)])).toMatchObject({ input: 0, valid: 2 });
});

test('an input without a number that has a catalog is of the group that its routes give', () => {
  expect(catalogInForce([input('a', undefined, IN_2), input('b', 1n)])).toMatchObject({ input: 0, groups: [2n, 1n] });
});

test('without any catalog nothing is known', () => {
  expect(catalogInForce([input('a', 1n), input('b', undefined)])).toEqual({
    catalog: undefined,
    input: -1,
    valid: 0,
    groups: [1n, undefined],
  });
});

test('catalogs of which none holds say that the numbers are wrong', () => {
  const call = () => catalogInForce([input('a.fsm', 2n, IN_1), input('b.fsm', 1n)]);
  expect(call).toThrow(UsageError);
  expect(call).toThrow(
    /do not belong to these files: a.fsm was given as group 2, and its routes say that it is of group 1/,
  );
});

test('two inputs of one group are refused, also where the catalogs say so', () => {
  expect(() => catalogInForce([input('a', 1n), input('b', 1n)])).toThrow(/a and b are both of group 1/);
  expect(() => catalogInForce([input('a', 1n), input('b', undefined, IN_1)])).toThrow(/both of group 1/);
});

describe('the node that was started a second time with other ranges', () => {
  const files = [
    'groups/strays-after-new-ranges/node/group-1/fsm-snap/0000000000000029.fsm',
    'groups/strays-after-new-ranges/node/group-2/fsm-snap/0000000000000024.fsm',
  ].map(rowVersions);
  const inputs = files.map((versions, i): GroupInput => {
    const rows = newestRows(versions, CATALOG_ROWS);
    const version = rows.find(({ key }) => key.equals(CATALOG_VERSION_KEY))!;
    return {
      name: `group ${i + 1}`,
      group: BigInt(i + 1),
      catalog: { content: readCatalog(rows)!, committedAt: version.committedAt },
    };
  });

  test('goes by the catalog of group 2, the old one of group 1 notwithstanding', () => {
    const found = catalogInForce(inputs);
    expect(found.input).toBe(1);
    expect(rangesText(found.catalog!.routes)).toMatchInlineSnapshot(`":a=2,a:=1"`);
  });
});
