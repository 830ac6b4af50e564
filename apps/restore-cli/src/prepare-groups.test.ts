import { hash } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, expect, test, vi } from 'vitest';
import { run } from './program.test-support.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, 'raft'));
  for (const group of [1, 2]) {
    const payload = Buffer.from('EKVPBBL1\0\0\0\0\0\0\x01\0', 'latin1');
    const info = {
      format_version: 1,
      encoder_key_format_version: 1,
      output_fsm_sha256: hash('sha256', payload, 'hex'),
      manifest_cluster_id: 'prod',
      self_test: { ran: true, matched: true },
      ekv: { version: 1, group, ranges: ':m=1,m:=2' },
    };
    const name = `groups/group-${group}.fsm`;
    plant(folder, { [name]: payload, [`${name}.encode_info.json`]: JSON.stringify(info) });
  }
});

const words = (...more: readonly string[]) => [
  ...['prepare', '--groups-dir', join(folder, 'groups'), '--raft-data-dir', join(folder, 'raft'), '--raft-id', 'n1'],
  ...['--peers-of', '1=n1=h1:80,n2=h2:80;2=n1=h1:81,n2=h2:81', '--fresh-cluster', ...more],
];

test('all groups of a node are prepared, and the command that starts each node is printed', async () => {
  const { code, stderr } = await run(...words());
  expect(code, stderr).toBe(0);
  expect(readdirSync(join(folder, 'raft/n1'))).toEqual(['group-1', 'group-2']);
  expect(stderr).toContain('groups=1,2');
  expect(stderr).toContain(`n2: cp -a --sparse=always ${join(folder, 'raft/n1')} <raftDataDir>/n2`);
  expect(stderr).toContain('--raftId n1 --raftGroups 1=h1:80,2=h1:81 --shardRanges :m=1,m:=2');
  expect(stderr).toContain('--raftId n2 --raftGroups 1=h2:80,2=h2:81 --shardRanges :m=1,m:=2');
});

test('the result as JSON has all groups with their directories and peers', async () => {
  const { code, stdout } = await run(...words('--json', '--dry-run'));
  expect(code).toBe(0);
  const result = JSON.parse(stdout);
  expect(result).toMatchObject({ ok: true, outcome: 'dry_run', raft_id: 'n1', ranges: ':m=1,m:=2', index: 1, term: 1 });
  expect(result.groups).toMatchObject([
    {
      group: 1,
      data_dir: join(folder, 'raft/n1/group-1'),
      peers: [{ id: 'n1', address: 'h1:80' }, { id: 'n2' }],
      bytes: 16,
    },
    { group: 2, data_dir: join(folder, 'raft/n1/group-2'), peers: [{ id: 'n1', address: 'h1:81' }, { id: 'n2' }] },
  ]);
  expect(readdirSync(join(folder, 'raft'))).toEqual([]);
});

test.each<[readonly string[], string]>([
  [
    ['prepare', '--groups-dir', 'x', '--input', 'y', '--peers', 'n1=h:1'],
    '--groups-dir takes the place of --input, --peers',
  ],
  [['prepare', '--groups-dir', 'x'], '--groups-dir needs --raft-data-dir'],
  [['prepare', '--groups-dir', 'x', '--raft-data-dir', 'y'], '--groups-dir needs --raft-id'],
  [['prepare', '--groups-dir', 'x', '--raft-data-dir', 'y', '--raft-id', 'n1'], '--groups-dir needs --peers-of'],
  [['prepare', '--input', 'x', '--peers-of', '1=n1=h:1'], '--peers-of goes with --groups-dir'],
])('%j is refused', async (flags, says) => {
  const { code, stderr } = await run(...flags);
  expect(code).toBe(1);
  expect(stderr).toContain(says);
});
