import { join } from 'node:path';
import { DataError, UsageError } from '@ekv/snapshot';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { describe, expect, test } from 'vitest';
import { stringEntry } from '../redis-entry.test-support.ts';
import { StrictError } from '../run/run.ts';
import { attemptGroups, catalogEntries, groupBytes } from './groups.test-data.ts';

const RANGES = ':m=1,m:=2';
const CATALOG = catalogEntries(RANGES);
/** Both groups, taken together. */
const FIRST = groupBytes([...CATALOG, stringEntry('a', 'one')], { ceilingMs: 1_000_000n });
const SECOND = groupBytes([stringEntry('z', 'two')], {
  ceilingMs: 1_001_000n,
  headerTimestamp: 2000n,
  minRetainedTs: 7n,
});

function at(folder: string, ...paths: readonly (string | readonly [bigint, string])[]) {
  return paths.map((path) =>
    typeof path === 'string' ? { path: join(folder, path) } : { path: join(folder, path[1]), group: path[0] },
  );
}

describe('rows in another group than the one that serves their key', () => {
  const strays = groupBytes([
    stringEntry('a', 'stray', { timestamp: 999n }),
    stringEntry('b', 'stray'),
    { key: '!hs|meta|\0\0\0\x01h', value: Buffer.alloc(8) },
    stringEntry('z', 'two'),
  ]);

  test('are left out, with one warning for each family, and counted', () => {
    const { warnings, strings, result, manifest } = attemptGroups(
      temporaryFolder(),
      { 'a.fsm': FIRST, 'b.fsm': strays },
      { asOf: 1000n },
    );
    expect(strings).toEqual({ a: 'one', z: 'two' });
    expect(warnings).toMatchObject([
      { event: 'stray_rows', loss: true, fields: { family: '!hs|meta|', versions: 1, group: 2n, owner: 1n } },
      { event: 'stray_rows', loss: true, fields: { family: '!redis|str|', versions: 2, example: '!redis|str|a' } },
    ]);
    expect(manifest?.ekv?.strays).toBe(3n);
    const { entries, ...others } = result!.counts;
    expect(others.stray).toBe(3);
    expect(Object.values(others).reduce((sum, count) => sum + count, 0)).toBe(entries);
  });

  test('are refused by strict', () => {
    const { error } = attemptGroups(temporaryFolder(), { 'a.fsm': FIRST, 'b.fsm': strays }, { strict: true });
    expect(error).toBeInstanceOf(StrictError);
    expect(error?.message).toContain('stray_rows');
  });

  test('are left out of a single file, too, when its catalog has more groups', () => {
    const file = groupBytes([...CATALOG, stringEntry('a', 'one'), stringEntry('z', 'stray')]);
    const { warnings, strings, manifest } = attemptGroups(temporaryFolder(), { 'a.fsm': file });
    expect(warnings.map(({ event }) => event)).toEqual(['missing_groups', 'stray_rows']);
    expect(strings).toEqual({ a: 'one' });
    expect(manifest?.source).toBeDefined();
    expect(manifest?.ekv).toBeUndefined();
  });

  test('are those in a gap between ranges, which no group serves', () => {
    const first = groupBytes([...catalogEntries(':b=1,m:=2'), stringEntry('a', '1'), stringEntry('d', 'gap')]);
    const { warnings, strings } = attemptGroups(
      temporaryFolder(),
      { 'a.fsm': first, 'b.fsm': SECOND },
      { asOf: 1000n },
    );
    expect(strings).toEqual({ a: '1', z: 'two' });
    expect(warnings).toMatchObject([{ event: 'stray_rows', fields: { owner: 'none', example: '!redis|str|d' } }]);
  });

  test('are taken with keepStrays when the group that serves their key has no version of it', () => {
    const second = groupBytes([
      stringEntry('a', 'stray', { timestamp: 999n }),
      // Between two versions of `b` in the order of a file.
      stringEntry('b', 'new', { timestamp: 9n << 56n }),
      stringEntry('b\xf7', 'x', { timestamp: 1n }),
      stringEntry('b', 'old', { timestamp: 7n << 56n }),
      stringEntry('c', 'gone', { timestamp: 5n }),
      stringEntry('z', 'two'),
    ]);
    const first = groupBytes([
      ...CATALOG,
      stringEntry('a', 'one', { timestamp: 1n }),
      stringEntry('c', '', { timestamp: 1n, isDeletion: true }),
    ]);
    const { strings, warnings, manifest } = attemptGroups(
      temporaryFolder(),
      { 'a.fsm': first, 'b.fsm': second },
      { keepStrays: true },
    );
    expect(strings).toEqual({ a: 'one', b: 'new', 'b%F7': 'x', z: 'two' });
    expect(warnings).toMatchObject([
      { event: 'stray_rows', fields: { versions: 2 } },
      { event: 'strays_kept', fields: { versions: 3 } },
      { event: 'rows_newer_than_header' },
    ]);
    expect(manifest?.ekv?.strays).toBe(2n);
  });

  test('go by the option routes in place of the catalog', () => {
    const folder = temporaryFolder();
    const { strings, manifest } = attemptGroups(
      folder,
      { 'a.fsm': FIRST, 'b.fsm': SECOND },
      {
        inputs: at(folder, [2n, 'a.fsm'], [1n, 'b.fsm']),
        routes: ':m=2,m:=1',
        asOf: 1000n,
      },
    );
    expect(strings).toEqual({ a: 'one', z: 'two' });
    expect(manifest?.ekv?.routes).not.toHaveProperty('version');
    expect(
      attemptGroups(temporaryFolder(), { 'a.fsm': FIRST, 'b.fsm': SECOND }, { routes: 'm' }).error?.message,
    ).toMatch(/--routes/);
  });
});

describe('a number that cannot be that of its file, as its group serves none of the rows', () => {
  const files = { 'a.fsm': groupBytes([stringEntry('a', 'one')]), 'b.fsm': groupBytes([stringEntry('z', 'two')]) };
  const swapped = (folder: string) => ({ routes: RANGES, inputs: at(folder, [2n, 'a.fsm'], [1n, 'b.fsm']) });

  test('is refused, by the file, its number and the group of its rows: nothing of it would be in the dump', () => {
    const folder = temporaryFolder();
    const { error } = attemptGroups(folder, files, swapped(folder));
    expect(error).toBeInstanceOf(UsageError);
    expect(error?.message).toMatch(
      /the numbers of the groups do not belong to these files: .*a\.fsm was read as group 2, and that group serves none of its rows; most are of group 1; say the right numbers as N=FILE, or take the rows as they are with --keep-strays$/,
    );
  });

  test('does no harm where strays are kept', () => {
    const folder = temporaryFolder();
    const { strings } = attemptGroups(folder, files, { ...swapped(folder), keepStrays: true });
    expect(strings).toEqual({ a: 'one', z: 'two' });
  });

  test('is that of a copy of the file of another group, too', () => {
    const folder = temporaryFolder();
    const copies = { 'a.fsm': FIRST, 'b.fsm': FIRST };
    const { error } = attemptGroups(folder, copies, { inputs: at(folder, [1n, 'a.fsm'], [2n, 'b.fsm']) });
    expect(error?.message).toMatch(/b\.fsm/);
  });

  test('may be that of a file without rows, or of a group that serves nothing any more', () => {
    const folder = temporaryFolder();
    const { error, strings } = attemptGroups(
      folder,
      { 'a.fsm': FIRST, 'b.fsm': groupBytes([]), 'c.fsm': groupBytes([stringEntry('z', 'two')]) },
      { inputs: at(folder, [1n, 'a.fsm'], [2n, 'b.fsm'], [3n, 'c.fsm']) },
    );
    expect(error).toBeUndefined();
    expect(strings).toEqual({ a: 'one' });
  });
});

describe('catalogs', () => {
  test('of two that hold the newest is in force', () => {
    const files = {
      'group-1/a.fsm': groupBytes([
        ...catalogEntries(':=1', 1n),
        stringEntry('a', 'old place'),
        stringEntry('z', 'served'),
      ]),
      'group-2/b.fsm': groupBytes([...catalogEntries(':m=2,m:=1', 9n), stringEntry('a', 'served')]),
    };
    const { warnings, strings } = attemptGroups(temporaryFolder(), files, { asOf: 1000n });
    expect(strings).toEqual({ a: 'served', z: 'served' });
    expect(warnings[0]).toMatchObject({ event: 'several_catalogs', fields: { count: 2 } });
  });

  test('that are in another group than their routes say, beside one that holds, are named: a file of another cluster', () => {
    const folder = temporaryFolder();
    const foreign = groupBytes([...catalogEntries(':p=1,p:=2'), stringEntry('z', 'two')], { ceilingMs: 1_000_000n });
    const files = { 'a.fsm': FIRST, 'b.fsm': foreign };
    const inputs = at(folder, [1n, 'a.fsm'], [2n, 'b.fsm']);
    const { warnings } = attemptGroups(folder, files, { inputs });
    expect(warnings[0]).toMatchObject({ event: 'catalog_misplaced', doubt: true, fields: { group: 2n, owner: 1n } });
    expect(warnings[0]!.message).toMatch(/b\.fsm was read as group 2, .* says that it is of group 1/);
  });

  test('without any nothing is checked, and that is said of several files alone', () => {
    const files = { 'a.fsm': groupBytes([stringEntry('a', 'one')]), 'b.fsm': SECOND };
    const { warnings, strings, manifest } = attemptGroups(temporaryFolder(), files, { asOf: 1000n });
    expect(warnings.map(({ event }) => event)).toEqual(['no_catalog']);
    expect(strings).toEqual({ a: 'one', z: 'two' });
    expect(manifest?.ekv).not.toHaveProperty('routes');
    expect(attemptGroups(temporaryFolder(), { 'a.fsm': files['a.fsm'] }).warnings).toEqual([]);
  });

  test('that cannot be read end a run over several files, by name, and are a warning for one', () => {
    const broken = groupBytes([
      { key: '!dist|meta|version', value: Buffer.from('\x01\0\0\0\0\0\0\0\x01', 'latin1') },
      { key: '!dist|route|12345678', value: Buffer.from('\x02', 'latin1') },
      stringEntry('a', 'one'),
    ]);
    const { error } = attemptGroups(temporaryFolder(), { 'a.fsm': broken, 'b.fsm': SECOND });
    expect(error).toBeInstanceOf(DataError);
    expect(error?.message).toMatch(/a\.fsm: the row !dist\|route\|12345678: it is cut.*with --routes/);
    const one = attemptGroups(temporaryFolder(), { 'a.fsm': broken });
    expect(one.warnings).toMatchObject([{ event: 'catalog_unreadable', doubt: true }]);
    expect(one.strings).toEqual({ a: 'one' });
  });

  test('that give their own rows to no group count as none for one file, and are refused for several', () => {
    const file = groupBytes([...catalogEntries(':!=1,m:=2'), stringEntry('a', 'one')]);
    const one = attemptGroups(temporaryFolder(), { 'a.fsm': file });
    expect(one.warnings).toMatchObject([{ event: 'catalog_unreadable' }]);
    expect(one.strings).toEqual({ a: 'one' });
    const { error } = attemptGroups(temporaryFolder(), { 'a.fsm': file, 'b.fsm': SECOND });
    expect(error?.message).toMatch(/a\.fsm was given as an unknown group, and its routes say that it is of no group/);
  });

  test('with data on its way between groups are refused', () => {
    for (const entry of [
      { key: '!dist|job|12345678', value: Buffer.of(1) },
      { key: '!migstage|x', value: Buffer.of(1) },
      { key: '!migfence|x', value: Buffer.of(1) },
    ]) {
      const { error } = attemptGroups(temporaryFolder(), { 'a.fsm': groupBytes([...CATALOG, entry]), 'b.fsm': SECOND });
      expect(error?.message).toMatch(/data is being moved between groups/);
      const kept = attemptGroups(
        temporaryFolder(),
        { 'a.fsm': groupBytes([...CATALOG, entry]), 'b.fsm': SECOND },
        { keepStrays: true },
      );
      expect(kept.error).toBeUndefined();
    }
  });
});

describe('of one file whose cluster has one group', () => {
  test('rows in a gap of the ranges are strays, too', () => {
    const file = groupBytes([stringEntry('a', 'one'), stringEntry('z', 'unserved')]);
    const { strings, warnings } = attemptGroups(temporaryFolder(), { 'a.fsm': file }, { routes: ':m=1' });
    expect(warnings).toMatchObject([{ event: 'stray_rows', fields: { owner: 'none', versions: 1 } }]);
    expect(strings).toEqual({ a: 'one' });
  });

  test('all rows are strays when it is of another group', () => {
    const folder = temporaryFolder();
    const files = { 'a.fsm': groupBytes([stringEntry('a', 'one')]) };
    const { strings, warnings } = attemptGroups(folder, files, { routes: ':=1', inputs: at(folder, [2n, 'a.fsm']) });
    expect(warnings.map(({ event }) => event)).toEqual(['missing_groups', 'stray_rows', 'no_data']);
    expect(strings).toEqual({});
  });
});

test('with ranges that were given, too, one file left without a number is of the one group left', () => {
  const folder = temporaryFolder();
  const files = { 'a.fsm': FIRST, 'b.fsm': groupBytes([stringEntry('b', 'stray'), stringEntry('z', 'two')]) };
  const { strings, manifest } = attemptGroups(folder, files, {
    routes: RANGES,
    inputs: at(folder, [1n, 'a.fsm'], 'b.fsm'),
  });
  expect(strings).toEqual({ a: 'one', z: 'two' });
  expect(manifest?.ekv).toMatchObject({ groups: [{ group: 1n }, { group: 2n }], strays: 1n });
});

test('the catalog is no stray where ranges cut through its rows: it lies with its version', () => {
  const ranges = ':!dist|n=1,!dist|n:=2';
  const files = {
    'a.fsm': groupBytes(catalogEntries(ranges), { ceilingMs: 1_000_000n }),
    'b.fsm': groupBytes([stringEntry('z', 'two')], { ceilingMs: 1_000_000n }),
  };
  const { warnings, strings } = attemptGroups(temporaryFolder(), files, { strict: true });
  expect(warnings).toEqual([]);
  expect(strings).toEqual({ z: 'two' });
});
