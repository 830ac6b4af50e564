import { join } from 'node:path';
import { DataError, EnvironmentError, SnapshotFormatError, UsageError } from '@ekv/snapshot';
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

test('the rows of all groups are in the tree, and the manifest says where they come from', () => {
  const folder = temporaryFolder();
  const { result, warnings, strings, manifest } = attemptGroups(folder, {
    'group-1/fsm-snap/0000000000000051.fsm': FIRST,
    'b.fsm': SECOND,
  });
  expect(warnings).toEqual([]);
  expect(strings).toEqual({ a: 'one', z: 'two' });
  expect(result).toMatchObject({ lastCommitTs: 2000n, snapshotIndex: 0n, takenAt: new Date(990_000) });
  expect(manifest?.source).toBeUndefined();
  expect(manifest).toMatchObject({
    last_commit_ts: 2000n,
    snapshot_index: 0n,
    ekv: {
      groups: [
        {
          group: 1n,
          fsm_path: join(folder, 'group-1/fsm-snap/0000000000000051.fsm'),
          snapshot_index: 0x51n,
          last_commit_ts: 1000n,
          taken_at_ms: 990_000n,
        },
        {
          group: 2n,
          fsm_path: join(folder, 'b.fsm'),
          last_commit_ts: 2000n,
          taken_at_ms: 991_000n,
          min_retained_ts: 7n,
        },
      ],
      routes: {
        version: 1n,
        ranges: [
          { start: '', end: 'bQ', group: 1n },
          { start: 'bQ', group: 2n },
        ],
      },
      strays: 0n,
      transactions: { committed: 0n, rolled_back: 0n, undecided: 0n, torn: 0n, maybe_torn: 0n, lost_by_node: 0n },
    },
  });
  expect(manifest?.ekv).not.toHaveProperty('as_of_ts');
});

test('the newest version of a key counts over all groups, whatever the order of the files', () => {
  const older = groupBytes([stringEntry('k', 'old', { timestamp: 5n }), stringEntry('gone', 'x', { timestamp: 5n })]);
  const newer = groupBytes([
    stringEntry('k', 'new', { timestamp: 9n }),
    stringEntry('gone', '', { timestamp: 9n, isDeletion: true }),
  ]);
  for (const files of [
    { 'a.fsm': older, 'b.fsm': newer },
    { 'a.fsm': newer, 'b.fsm': older },
  ])
    expect(attemptGroups(temporaryFolder(), files).strings).toEqual({ k: 'new' });
});

test('a file that holds all of its cluster is read as it is: nothing of groups is said', () => {
  const { warnings, manifest, strings, result } = attemptGroups(temporaryFolder(), {
    '0000000000000051.fsm': groupBytes([...catalogEntries(':=1'), stringEntry('a', 'one')]),
  });
  expect(warnings).toEqual([]);
  expect(strings).toEqual({ a: 'one' });
  expect(manifest).toMatchObject({ snapshot_index: 0x51n, source: { fsm_path: expect.stringContaining('51.fsm') } });
  expect(manifest?.ekv).toBeUndefined();
  expect(result?.groups).toBeUndefined();
});

describe('groups that are not there', () => {
  test('are refused by their numbers when several files were named', () => {
    const catalog = catalogEntries(':d=1,d:m=2,m:=3');
    const files = { 'a.fsm': groupBytes([...catalog, stringEntry('a', '1')]), 'group-3/c.fsm': SECOND };
    const { error } = attemptGroups(temporaryFolder(), files);
    expect(error).toBeInstanceOf(UsageError);
    expect(error?.message).toMatch(/has the groups 1, 2, 3, and group 2 is not among the snapshots \(groups 1, 3\)/);
    const allowed = attemptGroups(temporaryFolder(), files, { allowMissingGroups: true, strict: true, asOf: 1000n });
    expect(allowed.warnings).toMatchObject([{ event: 'missing_groups', fields: { missing: '2' } }]);
    expect(allowed.strings).toEqual({ a: '1', z: 'two' });
  });

  test('are a warning when one file was named, which passes strict', () => {
    const { warnings, strings } = attemptGroups(temporaryFolder(), { 'a.fsm': FIRST }, { strict: true });
    expect(warnings).toMatchObject([{ event: 'missing_groups', fields: { groups: '1,2', missing: '2' } }]);
    expect(strings).toEqual({ a: 'one' });
  });

  test('one file that is left without a number is the one group that is left', () => {
    const { manifest } = attemptGroups(temporaryFolder(), { 'a.fsm': FIRST, 'b.fsm': SECOND });
    expect(manifest?.ekv?.groups?.map(({ group }) => group)).toEqual([1n, 2n]);
  });
});

describe('numbers of groups that cannot be', () => {
  test('one group twice, by number or by folder', () => {
    const folder = temporaryFolder();
    const files = { 'a.fsm': FIRST, 'group-2/b.fsm': SECOND };
    const { error } = attemptGroups(folder, files, { inputs: at(folder, [2n, 'a.fsm'], 'group-2/b.fsm') });
    expect(error?.message).toMatch(/a\.fsm and .*b\.fsm are both of group 2/);
  });

  test('the catalog of a file says that it is another group', () => {
    const folder = temporaryFolder();
    const { error } = attemptGroups(
      folder,
      { 'a.fsm': FIRST, 'b.fsm': SECOND },
      {
        inputs: at(folder, [2n, 'a.fsm'], [1n, 'b.fsm']),
      },
    );
    expect(error?.message).toMatch(
      /the numbers of the groups do not belong to these files: .*a\.fsm was given as group 2/,
    );
  });

  test('a number given goes before that of a folder', () => {
    const folder = temporaryFolder();
    const files = { 'group-2/a.fsm': FIRST, 'group-1/b.fsm': SECOND };
    const inputs = at(folder, [1n, 'group-2/a.fsm'], [2n, 'group-1/b.fsm']);
    expect(attemptGroups(folder, files, { inputs }).strings).toEqual({ a: 'one', z: 'two' });
  });

  test('no file, more files than can be read together, standard input twice', () => {
    const folder = temporaryFolder();
    const many = Array.from({ length: 257 }, (_, i) => ({ path: `${i}.fsm` }));
    const refused = (inputs: { path: string }[]) => attemptGroups(folder, {}, { inputs }).error;
    expect(refused([])?.message).toMatch(/--input is required/);
    expect(refused(many)?.message).toMatch(/257 snapshots were given, and up to 256/);
    expect(refused([{ path: '-' }, { path: '-' }])?.message).toMatch(/standard input holds one snapshot/);
    expect(refused([{ path: join(folder, 'a') }, { path: join(folder, 'b') }])).toBeInstanceOf(EnvironmentError);
  });
});

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
      { event: 'groups_apart' },
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

describe('a file that is wrong is named', () => {
  test('one that is damaged, with the place in it', () => {
    const damaged = Buffer.from(SECOND);
    damaged[40]! ^= 1;
    const { error } = attemptGroups(temporaryFolder(), { 'a.fsm': FIRST, 'b.fsm': damaged });
    expect(error).toBeInstanceOf(SnapshotFormatError);
    expect(error?.message).toMatch(/b\.fsm: entry/);
    expect(error?.message).not.toContain('--salvage');
  });

  test('one with a row that its adapter refuses', () => {
    const wrong = groupBytes([
      stringEntry('y', 'two'),
      { key: '!redis|str|z', value: Buffer.from('\xff\x01', 'latin1') },
    ]);
    const { error } = attemptGroups(temporaryFolder(), { 'a.fsm': FIRST, 'b.fsm': wrong }, { asOf: 1000n });
    expect(error?.message).toMatch(/b\.fsm: entry 2 at offset \d+, key !redis\|str\|z/);
  });

  test('salvage takes one file, and the newest state of it', () => {
    const files = { 'a.fsm': FIRST, 'b.fsm': SECOND };
    expect(attemptGroups(temporaryFolder(), files, { salvage: true }).error?.message).toMatch(
      /--salvage reads one snapshot/,
    );
    const { error } = attemptGroups(temporaryFolder(), { 'a.fsm': FIRST }, { salvage: true, asOf: 'auto' });
    expect(error?.message).toMatch(/--salvage leaves --as-of out/);
  });

  test('two that have one version of a key with different values', () => {
    const files = { 'a.fsm': groupBytes([stringEntry('k', '1')]), 'b.fsm': groupBytes([stringEntry('k', '2')]) };
    expect(attemptGroups(temporaryFolder(), files).error?.message).toMatch(
      /a\.fsm and .*b\.fsm have different values for the key !redis\|str\|k/,
    );
  });
});

test('equal rows in two files count once', () => {
  const file = groupBytes([stringEntry('k', '1'), stringEntry('l', '2')]);
  const { strings, result } = attemptGroups(temporaryFolder(), { 'a.fsm': file, 'b.fsm': file });
  expect(strings).toEqual({ k: '1', l: '2' });
  expect(result?.counts).toMatchObject({ entries: 4, redis: 2, superseded: 2 });
});

test('files without rows, and files out of order, are as good as others', () => {
  const unordered = payloadOutOfOrder();
  const { strings } = attemptGroups(
    temporaryFolder(),
    {
      'a.fsm': FIRST,
      'b.fsm': unordered,
      'c.fsm': groupBytes([]),
    },
    { allowMissingGroups: true },
  );
  expect(strings).toEqual({ a: 'one', y: '1', z: '2' });
});

function payloadOutOfOrder(): Buffer {
  const [one, other] = ['z', 'y'].map((name, i) => groupBytes([stringEntry(name, `${2 - i}`)]));
  return Buffer.concat([one!, other!.subarray(16)]);
}
