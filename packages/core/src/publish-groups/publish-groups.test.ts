import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEncodeInfo } from '@ekv/manifest';
import { DataError, openSnapshot, ScratchFolder } from '@ekv/snapshot';
import { folderWith, plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { LAST_COMMIT_TS, manifestOf, plantDump } from '../dump.test-data.ts';
import { attemptGroups, groupsRequest, placed, TOOL_VERSION } from './groups-request.test-data.ts';

const STRINGS = {
  'redis/db_0/strings/a.bin': 'one',
  'redis/db_0/strings/m.bin': 'two',
  'redis/db_0/strings/z.bin': 'three',
};

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  for (const name of ['scratch', 'place']) mkdirSync(join(folder, name));
  plantDump(join(folder, 'tree'), STRINGS);
});

/** Stored keys in the snapshot of a group. */
function keysOf(group: number, root = folder): string[] {
  const scratch = new ScratchFolder();
  const snapshot = openSnapshot(join(root, `place/out/group-${group}.fsm`), { scratch });
  const keys: string[] = [];
  try {
    snapshot.check({
      families: [],
      onRow: (bytes, start, end) => void keys.push(bytes.toString('latin1', start, end)),
    });
    return keys;
  } finally {
    snapshot.close();
    scratch.remove();
  }
}

test('each row goes to the snapshot of its group; a group without rows gets one of 16 bytes, and each has a sidecar', () => {
  const request = groupsRequest(folder, { groups: ':m=1,m:n=7,n:=1', partitionMap: 'q.fifo:1=30', selfTest: true });
  const { result, warnings, error } = attemptGroups(request);
  expect(error).toBeUndefined();
  expect(result).toMatchObject({
    outcome: 'groups published',
    selfTest: 'passed',
    entries: 3,
    mode: 0o600,
    isPartial: false,
  });
  expect(warnings).toEqual([]);
  expect(keysOf(1)).toEqual(['!redis|str|a', '!redis|str|z']);
  expect(keysOf(7)).toEqual(['!redis|str|m']);
  const empty = readFileSync(join(folder, 'place/out/group-30.fsm'));
  expect(empty.toString('latin1')).toBe('EKVPBBL1\xe8\x03\0\0\0\0\0\0');
  const files = [1, 30, 7].flatMap((group) => [`group-${group}.fsm`, `group-${group}.fsm.encode_info.json`]);
  expect(placed(folder)).toEqual({ beside: ['out'], files: files.sort() });
  const times = result!.groups.map(({ sidecar }) => readEncodeInfo(readFileSync(sidecar), sidecar).wall_time_iso);
  expect(new Set(times).size).toBe(1);
  for (const file of result!.groups) {
    const info = readEncodeInfo(readFileSync(file.sidecar), file.sidecar);
    expect(info).toMatchObject({
      encoder_version: TOOL_VERSION,
      output_fsm_path: file.output,
      output_fsm_sha256: file.sha256,
      last_commit_ts: LAST_COMMIT_TS,
      self_test: { ran: true, matched: true },
      ekv: { version: 1, group: file.group, ranges: ':m=1,m:n=7,n:=1' },
    });
    expect(file.bytes).toBe(readFileSync(file.output).length);
  }
});

test('an empty folder at the output is filled, and one above it is made', () => {
  mkdirSync(join(folder, 'place/out'));
  expect(attemptGroups(groupsRequest(folder)).result?.outcome).toBe('groups published');
  const deeper = groupsRequest(folder, { output: join(folder, 'place/new/deep/out/') });
  expect(attemptGroups(deeper).result?.outcome).toBe('groups published');
});

test('the catalog lies as a whole in the group of its version, and its rows have the timestamp of all others', () => {
  // By the ranges alone its routes would lie in group 2.
  const groups = ':!dist|n=1,!dist|n:=2';
  const { result } = attemptGroups(groupsRequest(folder, { groups, withCatalog: true, selfTest: true }));
  expect(result?.outcome).toBe('groups published');
  expect(keysOf(1).map((key) => key.replace(/[^ -~]+./, '#'))).toEqual([
    '!dist|delta|#',
    '!dist|meta|delta_floor',
    '!dist|meta|next_route_id',
    '!dist|meta|version',
    '!dist|route|#',
    '!dist|route|#',
  ]);
  expect(keysOf(2)).toEqual(['!redis|str|a', '!redis|str|m', '!redis|str|z']);
});

describe('rows that no range holds', () => {
  test('are refused with their keys, and nothing is published', () => {
    const { error } = attemptGroups(groupsRequest(folder, { groups: ':b=1' }));
    expect(error).toBeInstanceOf(DataError);
    expect(error?.message).toContain('2 problems:');
    expect(error?.message).toContain(
      'the row !redis|str|m has no route: no range of --groups holds m, by which it goes',
    );
    expect(error?.message).toContain('!redis|str|z');
    expect(placed(folder)).toEqual({ beside: [], files: [] });
  });

  test('are named up to 64', () => {
    const many = Array.from({ length: 100 }, (_, i) => [`redis/db_0/strings/k${String(i).padStart(3, '0')}.bin`, 'x']);
    plant(join(folder, 'tree'), Object.fromEntries(many));
    const { error } = attemptGroups(groupsRequest(folder, { groups: ':b=1' }));
    expect(error?.message).toMatch(/^at least 64 problems:/);
    expect(error?.message.split('\n')).toHaveLength(65);
    expect(error?.message).toContain('k063');
  });

  test('do not matter where there is a gap without rows', () => {
    expect(attemptGroups(groupsRequest(folder, { groups: ':b=1,m:=2', selfTest: true })).result?.outcome).toBe(
      'groups published',
    );
  });
});

describe('a self-test that fails', () => {
  test.each<[string, RegExp, (output: string) => void]>([
    ['a snapshot is cut', /truncated/, (path) => truncateSync(path, 30)],
    ['a byte of a body is another', /other bytes than were written/, (path) => changeLastByte(path)],
    [
      'a snapshot is that of another group',
      /rows of other groups/,
      (path) => writeFileSync(path, readFileSync(path.replace('group-2', 'group-1'))),
    ],
  ])('%s: nothing is published, and the report says what differs', (_, says, spoil) => {
    plant(folder, { 'place/out.mismatch.txt': 'of an earlier run' });
    let staged = '';
    const request = groupsRequest(folder, { selfTest: true });
    const { result, error } = attemptGroups(request, () => {
      staged = placed(folder).beside.find((name) => name.startsWith('.out.tmp-'))!;
      spoil(join(folder, 'place', staged, 'group-2.fsm'));
    });
    expect(error).toBeUndefined();
    expect(result?.outcome).toBe('groups mismatch');
    expect(placed(folder)).toEqual({ beside: ['out.mismatch.txt'], files: [] });
    expect(readFileSync(join(folder, 'place/out.mismatch.txt'), 'latin1')).toMatch(says);
  });

  test('a tree that decode would not give back is told with the file, over all groups together', () => {
    plant(join(folder, 'tree'), { 'redis/db_0/strings/%62.bin': '' });
    const { result } = attemptGroups(groupsRequest(folder, { selfTest: true }));
    expect(result).toMatchObject({ outcome: 'groups mismatch', mismatch: { differences: 2 } });
    expect(readFileSync(join(folder, 'place/out.mismatch.txt'), 'latin1')).toContain('redis/db_0/strings/%62.bin');
  });
});

function changeLastByte(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(path, bytes);
}

describe('--groups auto', () => {
  const ranges = [
    { start: '', end: 'bQ', group: 4n },
    { start: 'bQ', group: 9n },
  ];
  const auto = (routes: unknown) => {
    const groups = { routes } as NonNullable<Parameters<typeof manifestOf>[0]>['groups'];
    const root = folderWith({
      'tree/MANIFEST.json': manifestOf({ groups }),
      'tree/redis/db_0/strings/a.bin': '1',
      'scratch/x': '',
      'place/x': '',
    });
    return { root, ...attemptGroups(groupsRequest(root, { groups: 'auto', selfTest: true })) };
  };

  test('takes the ranges of the manifest', () => {
    const { root, result } = auto({ ranges });
    expect(result).toMatchObject({ outcome: 'groups published', ranges: ':m=4,m:=9' });
    expect(keysOf(4, root)).toEqual(['!redis|str|a']);
  });

  test.each<[string, unknown, string]>([
    ['without ranges', undefined, 'does not say by which ranges its cluster was divided'],
    [
      'with ranges that overlap',
      {
        ranges: [
          { start: '', group: 1n },
          { start: 'bQ', group: 2n },
        ],
      },
      'overlap',
    ],
    ['with a bound that is no base64url', { ranges: [{ start: 'b=', group: 1n }] }, '"b=" is no bound of a range'],
    ['with no range', { ranges: [] }, 'there is no range'],
  ])('refuses a manifest %s', (_, routes, says) => {
    const { root, error } = auto(routes);
    expect(error).toBeInstanceOf(DataError);
    expect(error?.message).toMatch(/^--groups auto: .*MANIFEST\.json/);
    expect(error?.message).toContain(says);
    expect(placed(root)).toEqual({ beside: ['x'], files: [] });
  });
});
