import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError, SnapshotFormatError, UsageError } from '@ekv/snapshot';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { describe, expect, test } from 'vitest';
import { stringEntry } from '../redis-entry.test-support.ts';
import { MOST_INPUTS } from './group-file.ts';
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

test('no file stays open, whatever becomes of the decode', () => {
  const open = () => readdirSync('/proc/self/fd').length;
  const damaged = Buffer.from(SECOND);
  damaged[40]! ^= 1;
  const before = open();
  for (const second of [SECOND, damaged, payloadOutOfOrder()])
    attemptGroups(temporaryFolder(), { 'a.fsm': FIRST, 'b.fsm': second }, { keepStrays: true });
  attemptGroups(temporaryFolder(), { 'a.fsm': FIRST }, { inputs: [{ path: 'nowhere.fsm' }] });
  expect(open()).toBe(before);
});

test('as many files as can be read together', () => {
  const names = Array.from({ length: MOST_INPUTS }, (_, i) => `k${i}`);
  const files = names.map((name): [string, Buffer] => [`${name}.fsm`, groupBytes([stringEntry(name, name)])]);
  const { strings } = attemptGroups(temporaryFolder(), Object.fromEntries(files));
  expect(strings).toEqual(Object.fromEntries(names.map((name) => [name, name])));
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
