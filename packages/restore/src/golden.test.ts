import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { prepareNode } from './prepare/prepare-node.ts';
import { verifyNode } from './verify/verify-node.ts';

const GOLDEN = join(import.meta.dirname, '../../../fixtures/golden/restore');

test.each([
  ['empty-payload', 1n, undefined, 'n1=127.0.0.1:2380'],
  ['one-peer', 1n, undefined, 'n1=127.0.0.1:2380'],
  ['three-peers', 7n, 3n, 'a=127.0.0.1:21630,b=127.0.0.1:21640,c=127.0.0.1:21650'],
  ['peer-list-forms', 1n, undefined, ' n2 = host-b:1 , ,n1=[::1]:2380,x=y=z,'],
])('the directory of %s is that of the reference, byte for byte', (name, index, term, peers) => {
  const folder = join(GOLDEN, name);
  const dataDir = join(temporaryFolder(), 'data');
  const result = prepareNode({ input: join(folder, 'in.fsm'), dataDir, index, term, peers, freshCluster: true });
  expect(result.outcome).toBe('prepared');
  const files = readdirSync(join(folder, 'data'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  expect(files.length).toBeGreaterThan(2);
  for (const file of files)
    expect(readFileSync(join(dataDir, '..', file)).equals(readFileSync(join(folder, file))), file).toBe(true);
  const wal = readFileSync(join(dataDir, 'wal/0000000000000000-0000000000000000.wal'));
  const head = readFileSync(join(folder, 'wal.head'));
  expect(wal.subarray(0, head.length).equals(head)).toBe(true);
  expect(wal.subarray(head.length).equals(Buffer.alloc(wal.length - head.length))).toBe(true);
  expect(wal.length).toBe(64_000_000);
  expect(readdirSync(dataDir).sort()).toEqual(['etcd-raft-peers.bin', 'fsm-snap', 'snap', 'wal']);
  expect(statSync(join(dataDir, 'fsm-snap', readdirSync(join(dataDir, 'fsm-snap'))[0]!)).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(dataDir, '..'))).toEqual(['data']);
  expect(verifyNode(dataDir)).toMatchObject({
    outcome: 'verified',
    problems: [],
    index,
    term: term ?? 1n,
    peers: result.peers,
    entries: result.entries,
    lastCommitTs: result.lastCommitTs,
    clockCeiling: result.clockCeiling,
  });
});
