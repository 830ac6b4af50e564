import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Warning } from '@ekv/snapshot';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { decodeAllSnapshots } from '../decode/decode-all-snapshots.ts';
import { refusalOf, requestOf } from '../decode/decode-folder.test-data.ts';
import type { DecodeResult } from '../decode/decode-request.ts';
import { type DecodeFolderRequest, decodeSnapshotFolder } from '../decode/decode-snapshot-folder.ts';
import { plantSnapshot } from '../node-folder/node-folder.test-data.ts';
import { stringEntry } from '../redis-entry.test-support.ts';
import { catalogEntries } from './groups.test-data.ts';

const NEWEST = '0000000000000020';
const CATALOG = catalogEntries(':m=1,m:=12');

let node: string;
let warnings: Warning[];
beforeEach(() => {
  node = join(temporaryFolder(), 'node');
  warnings = [];
  plantSnapshot(join(node, 'group-1'), '0000000000000010', [...CATALOG, stringEntry('a', 'old')]);
  plantSnapshot(join(node, 'group-1'), NEWEST, [...CATALOG, stringEntry('a', 'one')]);
  plantSnapshot(join(node, 'group-12'), NEWEST, [stringEntry('z', 'two')]);
  plant(node, {
    'group-0/fsm-snap/0000000000000001.fsm': '12 bytes....',
    'group-01/x': '',
    'group-x/x': '',
    'group-3': '',
  });
});

function decode(more: Partial<DecodeFolderRequest> = {}): DecodeResult {
  return decodeSnapshotFolder(requestOf(node, more), { warn: (warning) => warnings.push(warning) });
}

function refusal(more: Partial<DecodeFolderRequest> = {}): string {
  return refusalOf(() => decode(more)).message;
}

test('of a node with several groups the newest snapshot of each is read, but that of the time group', () => {
  const result = decode();
  expect(result).toMatchObject({ input: node, counts: { redis: 2 } });
  expect(result.groups?.groups).toMatchObject([
    { group: 1n, fsm_path: join(node, `group-1/fsm-snap/${NEWEST}.fsm`), snapshot_index: 0x20n },
    { group: 12n, fsm_path: join(node, `group-12/fsm-snap/${NEWEST}.fsm`) },
  ]);
  expect(warnings).toEqual([]);
  expect(result.warnings).toBe(0);
});

test('a node with one group beside that which keeps time is as one with one group', () => {
  rmSync(join(node, 'group-12'), { recursive: true });
  plantSnapshot(join(node, 'group-1'), NEWEST, [...catalogEntries(':=1'), stringEntry('a', 'one')]);
  expect(decode()).toMatchObject({
    input: join(node, `group-1/fsm-snap/${NEWEST}.fsm`),
    snapshotIndex: 0x20n,
    groups: undefined,
  });
  expect(warnings).toEqual([]);
});

test('the file of each group is checked against its own token', () => {
  plant(node, { [`group-12/snap/0000000000000002-${NEWEST}.snap`]: 'cut' });
  expect(refusal()).toMatch(new RegExp(`group-12/fsm-snap/${NEWEST}\\.fsm is not a whole snapshot`));
});

test('a damaged file is not passed over: the error names it, its group, and the next older one', () => {
  const path = join(node, `group-1/fsm-snap/${NEWEST}.fsm`);
  const bytes = readFileSync(path);
  bytes[40]! ^= 1;
  writeFileSync(path, bytes);
  expect(refusal()).toMatch(
    /^\S+group-1\/fsm-snap\/0{14}20\.fsm: .*; of group 1 the next older one is \S+0{14}10\.fsm, pass it with --input beside/,
  );
});

describe('refused is', () => {
  test('a folder that is the one of a group and has groups', () => {
    plantSnapshot(node, NEWEST);
    expect(refusal()).toMatch(/holds both fsm-snap and .*group-1: the cluster once had another number of groups/);
    rmSync(join(node, 'group-1'), { recursive: true });
    rmSync(join(node, 'group-12'), { recursive: true });
    expect(decode().counts.redis).toBe(1);
  });

  test('a group that never took a snapshot, unless groups may be missing', () => {
    plant(node, { 'group-2/wal/x': '' });
    expect(refusal()).toMatch(/^group 2 has no snapshot: .*ELASTICKV_RAFT_SNAPSHOT_COUNT=5.*--allow-missing-groups/);
    const result = decode({ allowMissingGroups: true });
    expect(warnings[0]).toMatchObject({ event: 'group_without_snapshot', fields: { group: 2n } });
    expect(result.counts.redis).toBe(2);
    expect(result.warnings).toBe(warnings.length);
  });

  test('a group that the catalog names and that has no folder', () => {
    rmSync(join(node, 'group-12'), { recursive: true });
    expect(refusal()).toMatch(/groups 1, 12, and group 12 is not among the snapshots/);
  });

  test('nothing, but with a warning, where one group alone is there and has no catalog: only clusters of several have such folders', () => {
    rmSync(join(node, 'group-1'), { recursive: true });
    for (const folder of [node, join(node, 'group-12'), join(node, 'group-12/fsm-snap')]) {
      warnings.length = 0;
      decode({ folder, check: true, output: '' });
      expect(warnings.map(({ event }) => event)).toEqual(['no_catalog']);
    }
  });

  test('the folder of one group, when there are others', () => {
    expect(refusal({ folder: join(node, 'group-1') })).toMatch(/group 12 is not among.*--input-snap-dir/);
    decode({ folder: join(node, 'group-1'), allowMissingGroups: true });
    expect(warnings.map(({ event }) => event)).toEqual(['missing_groups']);
  });

  test('all snapshots of several groups', () => {
    expect(refusalOf(() => decodeAllSnapshots(requestOf(node))).message).toMatch(
      /holds several groups \(.*group-1, .*group-12\), and --all/,
    );
    expect(decodeAllSnapshots(requestOf(join(node, 'group-1')))).toHaveLength(2);
  });
});
