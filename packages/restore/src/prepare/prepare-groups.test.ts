import { hash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DataError, EnvironmentError, UsageError, type Warning } from '@ekv/snapshot';
import { failWrites, replaceCall, restoreCalls, systemError } from '@ekv/test-support/file-calls';
import { picture, plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { verifyNode } from '../verify/verify-node.ts';
import { parseGroupPeers } from './group-peers.ts';
import type { PrepareGroupsRequest } from './groups-request.ts';
import { prepareGroups } from './prepare-groups.ts';
import { prepareNode } from './prepare-node.ts';
import { payloadOf } from './snapshot-pair.test-data.ts';

const PEERS_OF = '1=n1=10.0.0.1:2380,n2=10.0.0.2:2380;2=n1=10.0.0.1:2381,n2=10.0.0.2:2381';
const RANGES = ':m=1,m:=2';

let folder: string;
let place: string;
beforeEach(() => {
  folder = temporaryFolder();
  place = join(folder, 'raft');
  mkdirSync(place);
  plantGroup(1, payloadOf([['!redis|str|a', 'one']]));
  plantGroup(2, payloadOf([]));
});

function plantGroup(group: number, payload: Buffer, info: object = {}): void {
  const sidecar = {
    format_version: 1,
    encoder_key_format_version: 1,
    input_root: 'dump',
    output_fsm_sha256: hash('sha256', payload, 'hex'),
    manifest_cluster_id: 'prod',
    self_test: { ran: true, matched: true },
    ekv: { version: 1, group, ranges: RANGES },
    ...info,
  };
  const name = `groups/group-${group}.fsm`;
  plant(folder, { [name]: payload, [`${name}.encode_info.json`]: JSON.stringify(sidecar) });
}

const warnings: Warning[] = [];
beforeEach(() => void warnings.splice(0));

function prepare(more: Partial<PrepareGroupsRequest> = {}) {
  const request = {
    groupsDir: join(folder, 'groups'),
    raftDataDir: place,
    raftId: 'n1',
    peersOf: PEERS_OF,
    targetClusterId: 'prod',
    ...more,
  };
  return prepareGroups(request, { warn: (warning) => warnings.push(warning) });
}

function refusal(more: Partial<PrepareGroupsRequest> = {}): Error {
  try {
    prepare(more);
  } catch (error) {
    expect(readdirSync(place)).toEqual([]);
    return error as Error;
  }
  throw new Error('it was prepared');
}

test('the directories of all groups appear in that of the node, each as it is prepared alone, with its own peers', () => {
  const result = prepare();
  expect(result).toMatchObject({
    outcome: 'groups prepared',
    dataDir: join(place, 'n1'),
    index: 1n,
    term: 1n,
    ranges: RANGES,
  });
  expect(result.groups.map(({ group, dataDir, entries }) => [group, dataDir, entries])).toEqual([
    [1n, join(place, 'n1/group-1'), 1],
    [2n, join(place, 'n1/group-2'), 0],
  ]);
  expect(warnings).toEqual([]);
  expect(readdirSync(place)).toEqual(['n1']);
  expect(readdirSync(join(place, 'n1'))).toEqual(['group-1', 'group-2']);
  for (const [group, peers] of [
    ['1', 'n1=10.0.0.1:2380,n2=10.0.0.2:2380'],
    ['2', 'n1=10.0.0.1:2381,n2=10.0.0.2:2381'],
  ] as const) {
    const input = join(folder, `groups/group-${group}.fsm`);
    prepareNode({ input, dataDir: join(folder, `alone-${group}`), index: 1n, peers, targetClusterId: 'prod' });
    expect(picture(join(place, `n1/group-${group}`))).toEqual(picture(join(folder, `alone-${group}`)));
    expect(verifyNode(join(place, `n1/group-${group}`)).problems).toEqual([]);
  }
});

test('a node with one group has it in its own directory', () => {
  rmSync(join(folder, 'groups'), { recursive: true });
  plantGroup(5, payloadOf([['!redis|str|a', 'one']]), { ekv: { version: 1, group: 5, ranges: ':=5' } });
  expect(prepare({ peersOf: '5=n1=10.0.0.1:2380' }).groups).toMatchObject([{ group: 5n, dataDir: join(place, 'n1') }]);
  expect(verifyNode(join(place, 'n1')).problems).toEqual([]);
});

test('what runs that were killed left beside the place is named, so that somebody removes it', () => {
  mkdirSync(join(place, '.n1.tmp-0123456789abcdef'));
  expect(prepare()).toMatchObject({ warnings: 1 });
});

test('a rehearsal checks all snapshots and writes nothing', () => {
  expect(prepare({ dryRun: true })).toMatchObject({ outcome: 'groups would be prepared' });
  expect(readdirSync(place)).toEqual([]);
  plant(folder, { 'groups/group-2.fsm': payloadOf([['!redis|str|z', 'other']]) });
  expect(refusal({ dryRun: true }).message).toContain('SHA-256');
});

describe('nothing is prepared when one group cannot be', () => {
  test.each<[string, string, () => void]>([
    ['its snapshot was cut', 'group-2.fsm', () => plant(folder, { 'groups/group-2.fsm': Buffer.alloc(9) })],
    [
      'its sidecar is missing',
      'beside the snapshot: bring it along',
      () => rmSync(join(folder, 'groups/group-2.fsm.encode_info.json')),
    ],
    [
      'its self-test failed',
      'self-test',
      () => plantGroup(2, payloadOf([]), { self_test: { ran: true, matched: false } }),
    ],
    ['it comes from another cluster', '"stage"', () => plantGroup(2, payloadOf([]), { manifest_cluster_id: 'stage' })],
    ['it was made alone', 'ekv.group is missing', () => plantGroup(2, payloadOf([]), { ekv: undefined })],
    [
      'it is of another group',
      'ekv.group is 3',
      () => plantGroup(2, payloadOf([]), { ekv: { version: 1, group: 3, ranges: RANGES } }),
    ],
    [
      'it was made by other ranges',
      'different ranges',
      () => plantGroup(2, payloadOf([]), { ekv: { version: 1, group: 2, ranges: ':n=1,n:=2' } }),
    ],
    [
      'it was made by another partition map',
      'different partition maps',
      () =>
        plantGroup(2, payloadOf([]), { ekv: { version: 1, group: 2, ranges: RANGES, partition_map: 'q.fifo:1=2' } }),
    ],
    ['it is of another moment', 'different commit timestamps', () => plantGroup(2, payloadOf([], 5n << 16n))],
    [
      'it is of another run, between which the dump may have been edited',
      'different times',
      () => plantGroup(2, payloadOf([]), { wall_time_iso: '2026-01-02T03:04:06Z' }),
    ],
    ['it is of another dump', 'different dumps', () => plantGroup(2, payloadOf([]), { input_root: 'dump2' })],
    [
      'a group that the partition map alone names is not there',
      'names the groups 9, and no snapshot of them is there',
      () => {
        for (const group of [1, 2])
          plantGroup(group, payloadOf([]), { ekv: { version: 1, group, ranges: RANGES, partition_map: 'q.fifo:1=9' } });
      },
    ],
    [
      'it is not there',
      'names the groups 2, and no snapshot of them is there',
      () => rmSync(join(folder, 'groups/group-2.fsm')),
    ],
  ])('%s', (_, says, spoil) => {
    spoil();
    const error = refusal();
    expect(error instanceof DataError || error instanceof EnvironmentError).toBe(true);
    expect(error.message).toContain(says);
  });

  test.each(['group-1/fsm-snap', 'group-2/wal', 'group-2/etcd-raft-peers.bin'])('a full disk at %s', (name) => {
    failWrites(name, 'ENOSPC');
    const error = refusal();
    restoreCalls();
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toContain('(ENOSPC)');
    expect(error.message).toContain(join(place, 'n1', name));
  });

  test('the rename is refused', () => {
    replaceCall('renameSync', () => {
      throw systemError('EIO');
    });
    const error = refusal();
    restoreCalls();
    expect(error.message).toContain(`cannot put the finished directory at ${join(place, 'n1')}`);
  });
});

test('a directory of the node that is there is refused, also with a group 0 alone', () => {
  plant(place, { 'n1/group-0/fsm-snap/x': 'mine' });
  const before = picture(place);
  expect(() => prepare()).toThrow('exists already');
  expect(picture(place)).toEqual(before);
});

test('a folder without snapshots of groups is refused; other names in it do not count', () => {
  renameSync(join(folder, 'groups/group-1.fsm'), join(folder, 'groups/group-01.fsm'));
  renameSync(join(folder, 'groups/group-2.fsm'), join(folder, 'groups/group-0.fsm'));
  expect(refusal().message).toContain('holds no group-<id>.fsm');
  expect(refusal({ groupsDir: join(folder, 'none') }).message).toContain('no such file or folder');
});

test.each<[string, Partial<PrepareGroupsRequest>, string]>([
  ['peers of too few groups', { peersOf: '1=n1=10.0.0.1:2380' }, 'names no peers of group 2'],
  ['peers of too many groups', { peersOf: `${PEERS_OF};3=n1=h:3,n2=h:4` }, 'names the groups 3'],
  ['peers of group 0', { peersOf: `${PEERS_OF};0=n1=h:3,n2=h:4` }, 'group 0 is made by the first start'],
  ['an id that is no member', { raftId: 'n3' }, 'is none of the peers'],
  ['an id that is no name', { raftId: '..' }, 'is none of the peers'],
  ['an index of 0', { index: 0n }, 'the option index 0'],
  ['two targets', { freshCluster: true }, 'contradict each other'],
])('refused: %s', (_, more, says) => {
  const error = refusal(more);
  expect(error).toBeInstanceOf(UsageError);
  expect(error.message).toContain(says);
});

test.each<[string, string]>([
  ['', 'names no group'],
  [' ; ', 'names no group'],
  ['n1=10.0.0.1:2380', 'does not begin with the number of a group'],
  ['1', 'does not begin with the number of a group'],
  ['1=', 'the option peersOf, group 1: names no peer'],
  ['1=n1', 'the option peersOf, group 1: "n1" has no "="'],
  ['1=n1=h:1;1=n1=h:2', 'names the group 1 twice'],
  ['1=n1=h:1,n2=h:2;2=n1=h:3', 'group 1 has the members'],
  ['1=n1=h:1;2=n2=h:3', 'each node is a member of every group'],
  ['1=n1=h:1;2=n1=h:1', 'the groups 1 and 2 have the same address h:1'],
  ['1=n1=h:1,n1=h:2', 'the option peersOf, group 1: duplicate peer "n1"'],
])('the peers %j are refused: %s', (text, says) => {
  expect(() => parseGroupPeers(text)).toThrow(UsageError);
  expect(() => parseGroupPeers(text)).toThrow(says);
});

test('blanks around the parts of a list of peers do not count', () => {
  const peers = parseGroupPeers(' 1 = n1=h:1 , n2=h:2 ;; 2=n2=h:3,n1=h:4; ');
  expect([...peers].map(([group, list]) => [group, list.map(({ id, address }) => `${id}=${address}`).sort()])).toEqual([
    [1n, ['n1=h:1', 'n2=h:2']],
    [2n, ['n1=h:4', 'n2=h:3']],
  ]);
});

test('what stands in a prepared directory does not depend on the node', () => {
  prepare();
  prepare({ raftId: 'n2' });
  const [one, other] = ['n1', 'n2'].map((id) => readFileSync(join(place, id, 'group-2/etcd-raft-peers.bin')));
  expect(one!.equals(other!)).toBe(true);
});
