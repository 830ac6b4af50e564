import {
  appendFileSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError, type Warning } from '@ekv/snapshot';
import { picture, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { PEERS_FILE, readPeersFile, writePeersFile } from '../format/peers-file.ts';
import { writeSnapFile } from '../format/snap-file.ts';
import { WAL_BYTES, WAL_FILE, writeWalHead } from '../format/wal-file.ts';
import { prepareGroups } from '../prepare/prepare-groups.ts';
import { prepareNode } from '../prepare/prepare-node.ts';
import { payloadOf, plantPair, requestFor } from '../prepare/snapshot-pair.test-data.ts';
import { verifyNode } from './verify-node.ts';

const SNAPSHOT = 'fsm-snap/0000000000000007.fsm';
const SNAP = 'snap/0000000000000003-0000000000000007.snap';
const WAL = `wal/${WAL_FILE}`;

let node: string;
let voters: bigint[];
beforeEach(() => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'place'));
  plantPair(
    folder,
    payloadOf([
      ['!redis|str|a', 'one'],
      ['!redis|str|b', 'two'],
    ]),
  );
  voters = prepareNode(requestFor(folder)).peers.map(({ nodeId }) => nodeId);
  node = join(folder, 'place/n1');
});

const problems = () => verifyNode(node).problems;

/** A log with these records and the zeros after them. */
function putWal(head: Buffer): void {
  writeFileSync(join(node, WAL), head);
  truncateSync(join(node, WAL), WAL_BYTES);
}

test('a prepared directory is verified, and nothing in it is changed', () => {
  truncateSync(join(node, WAL), 4096);
  const before = picture(node);
  verifyNode(node);
  expect(picture(node)).toEqual(before);
  truncateSync(join(node, WAL), WAL_BYTES);
  expect(verifyNode(node)).toMatchObject({ outcome: 'verified', index: 7n, term: 3n, entries: 2, problems: [] });
});

test('nobody waits for what takes the warnings, so it is not async', () => {
  const warn = async () => {};
  const message = 'must be a plain function, not an async one';
  expect(() => prepareNode({} as never, { warn })).toThrow(`the option "warn" of prepareNode ${message}`);
  expect(() => prepareGroups({} as never, { warn })).toThrow(`the option "warn" of prepareGroups ${message}`);
  expect(() => verifyNode(node, { warn })).toThrow(`the option "warn" of verifyNode ${message}`);
});

test('a flipped bit anywhere in the small files and in the snapshot is found', () => {
  const missed: string[] = [];
  for (const path of [SNAPSHOT, SNAP, PEERS_FILE]) {
    const good = readFileSync(join(node, path));
    for (let at = 0; at < good.length; at += path === SNAP ? 1 : 5) {
      const bad = Buffer.from(good);
      bad[at]! ^= 1 << (at % 8);
      writeFileSync(join(node, path), bad);
      // Names and addresses of peers are free text, but for the ids, which make the numbers.
      if (path === PEERS_FILE && isFreeText(good, at)) continue;
      if (problems().length === 0) missed.push(`${path} at ${at}`);
    }
    writeFileSync(join(node, path), good);
  }
  expect(missed).toEqual([]);
  expect(problems()).toEqual([]);
}, 60_000);

/** Whether a byte is part of an address, or of an id. */
function isFreeText(file: Buffer, at: number): boolean {
  return readPeersFile(file).peers.some(({ id, address }) =>
    [id, address].some((text) => {
      const start = file.indexOf(text);
      return at >= start && at < start + text.length;
    }),
  );
}

test('a flipped bit in the records of the log is found, and a byte after them', () => {
  const good = writeWalHead({ term: 3n, index: 7n, voters });
  const missed: number[] = [];
  for (let at = 0; at < good.length; at += 2) {
    const bad = Buffer.from(good);
    bad[at]! ^= 1;
    putWal(bad);
    if (problems().length === 0) missed.push(at);
  }
  expect(missed).toEqual([]);
  for (const zeros of [3, 5_000_000]) {
    putWal(good);
    const fd = openSync(join(node, WAL), 'r+');
    writeSync(fd, 'x', good.length + zeros);
    closeSync(fd);
    expect(problems().join('\n')).toMatch(zeros < 8 ? /the record at offset/ : /other bytes than zeros/);
  }
}, 60_000);

const OTHER = (folder: string) =>
  new RegExp(`/${folder}: it holds "[0-9a-f-]+\\.\\w+" beside \\S+: prepare writes no such file`);

test('of very many files that do not belong into a folder some are named, and all are counted', () => {
  for (let i = 0; i < 12; i++) writeFileSync(join(node, `snap/${String.fromCharCode(0x6c - i)}\n`), '');
  expect(problems()).toEqual([
    expect.stringContaining(
      'it holds "a\\x0a", "b\\x0a", "c\\x0a", "d\\x0a", "e\\x0a" and 7 more beside 0000000000000003-',
    ),
  ]);
});

describe('what does not belong together', () => {
  test.each<[string, () => void, RegExp]>([
    ['a missing snapshot', () => rmSync(join(node, SNAPSHOT)), /0000000000000007\.fsm: it is missing$/],
    ['a missing token', () => rmSync(join(node, SNAP)), /\.snap: it is missing$/],
    ['missing peers', () => rmSync(join(node, PEERS_FILE)), /etcd-raft-peers\.bin: it is missing$/],
    ['a missing log', () => rmSync(join(node, WAL)), /\.wal: it is missing$/],
    ['a cut snapshot', () => truncateSync(join(node, SNAPSHOT), 60), /0000000000000007\.fsm/],
    [
      'a link in the place of the snapshot',
      () => linkAway(SNAPSHOT),
      /it is a symlink, where a node has a regular file/,
    ],
    ['a link in the place of the log', () => linkAway(WAL), /it is a symlink/],
    ['a token of another footer', () => putSnap({ footer: 5 }), /its checksum is another one than that in its token/],
    ['a token of another index', () => putSnap({ index: 8n }), /speaks of index 8 and term 3, the log of 7 and 3/],
    ['a token of other voters', () => putSnap({ voters: voters.slice(1) }), /other voters than the log/],
    ['peers of another index', () => putPeers((index, peers) => ({ index: index + 1n, peers })), /speaks of index 8/],
    [
      'peers in another order',
      () => putPeers((index, peers) => ({ index, peers: [...peers].reverse() })),
      /in this order/,
    ],
    [
      'a peer less',
      () => putPeers((index, peers) => ({ index, peers: peers.slice(1) })),
      /are not the voters of the snapshot/,
    ],
    [
      'a log of another index',
      () => putWal(writeWalHead({ term: 3n, index: 9n, voters })),
      /0000000000000009\.snap: it is missing/,
    ],
    [
      'a log without the snapshot',
      () => putWal(writeWalHead({ term: 3n, index: 7n, voters }).subarray(0, 56)),
      /no record names a snapshot/,
    ],
    [
      'a log that is shorter',
      () => truncateSync(join(node, WAL), 4096),
      /it has 4096 bytes, a prepared one has 64000000/,
    ],
    ['another log', () => writeFileSync(join(node, 'wal/0000000000000001-0000000000000000.wal'), ''), OTHER('wal')],
    ['a newer token', () => copy(SNAP, 'snap/0000000000000004-0000000000000009.snap'), OTHER('snap')],
    ['a newer snapshot', () => copy(SNAPSHOT, 'fsm-snap/0000000000000009.fsm'), OTHER('fsm-snap')],
    ['a folder in that of the log', () => mkdirSync(join(node, 'wal/old')), /\/wal: it holds "old" beside /],
    ['bytes after the peers', () => appendFileSync(join(node, PEERS_FILE), 'x'), /1 bytes follow its end/],
  ])('%s is told with the path', (_, spoil, message) => {
    spoil();
    expect(problems().join('\n')).toMatch(message);
    expect(verifyNode(node).outcome).toBe('refused');
  });

  function copy(from: string, to: string): void {
    copyFileSync(join(node, from), join(node, to));
  }

  function putSnap(more: { footer?: number; index?: bigint; voters?: bigint[] }): void {
    const footer = readFileSync(join(node, SNAPSHOT)).readUInt32BE(readFileSync(join(node, SNAPSHOT)).length - 4);
    writeFileSync(join(node, SNAP), writeSnapFile({ term: 3n, index: 7n, footer, voters, ...more }));
  }

  function putPeers(
    change: (index: bigint, peers: ReturnType<typeof readPeersFile>['peers']) => Parameters<typeof writePeersFile>[0],
  ): void {
    const { index, peers } = readPeersFile(readFileSync(join(node, PEERS_FILE)));
    writeFileSync(join(node, PEERS_FILE), writePeersFile(change(index, peers)));
  }

  function linkAway(path: string): void {
    const away = join(node, '..', 'away');
    writeFileSync(away, readFileSync(join(node, path)));
    rmSync(join(node, path));
    symlinkSync(away, join(node, path));
  }
});

test('a node that has started from it is told: beside its store nothing is restored', () => {
  mkdirSync(join(node, 'fsm.db'));
  const warnings: Warning[] = [];
  expect(verifyNode(node, { warn: (warning) => warnings.push(warning) })).toMatchObject({
    outcome: 'verified',
    warnings: 1,
  });
  expect(warnings).toMatchObject([{ event: 'node_has_started', doubt: true }]);
});

test('a folder around directories of groups or nodes is refused with the names of those that can be verified', () => {
  const around = join(node, '..');
  expect(() => verifyNode(around)).toThrow(
    `${around} holds directories of Raft groups or nodes and is none itself; verify each of them: ${join(around, 'n1')}`,
  );
});

test('what is no directory is refused with its path', () => {
  expect(() => verifyNode(join(node, 'no'))).toThrow(EnvironmentError);
  expect(() => verifyNode(join(node, PEERS_FILE))).toThrow(/is a regular file, not the directory/);
  expect(readdirSync(node)).toHaveLength(4);
});

test('a peer whose node id is not that of its id, and one without address, are problems', () => {
  const { index, peers } = readPeersFile(readFileSync(join(node, PEERS_FILE)));
  const renamed = peers.map((peer, i) => (i === 0 ? { ...peer, id: 'other' } : peer));
  writeFileSync(join(node, PEERS_FILE), writePeersFile({ index, peers: renamed }));
  expect(problems()).toMatchObject([
    expect.stringMatching(/the peer "other" has the node id \d+, not \d+, which its id makes/),
  ]);
  const nowhere = peers.map((peer, i) => (i === 0 ? { ...peer, address: '' } : peer));
  writeFileSync(join(node, PEERS_FILE), writePeersFile({ index, peers: nowhere }));
  expect(problems()).toMatchObject([expect.stringMatching(/has no address/)]);
});
