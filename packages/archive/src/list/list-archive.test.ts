import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { DataError, UsageError } from '@ekv/snapshot';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { archiveOf, type GivenMember, membersOf, plantArchive } from '../dump.test-data.ts';
import { type ListedMember, listArchive } from './list-archive.ts';

function list(bytes: Buffer, most = Number.POSITIVE_INFINITY) {
  const members: ListedMember[] = [];
  const take = (member: ListedMember) => {
    members.push(member);
    return members.length < most ? 'more' : 'enough';
  };
  return { members, result: listArchive({ input: plantArchive(temporaryFolder(), bytes) }, take) };
}

const MEMBERS: GivenMember[] = [
  { path: '../a\x1b', bytes: 'abc' },
  { path: 'f/', type: '5' },
  { path: 'l', type: '2' },
  { path: '/dev/x', type: '4' },
];

test('all members are listed as their headers have them, what no dump has too, in one line each', () => {
  const { members, result } = list(zstdCompressSync(archiveOf({}, MEMBERS)));
  expect(members).toEqual([
    { path: '../a\\x1b', kind: 'file', size: 3, mtime: 0 },
    { path: 'f/', kind: 'folder', size: 0, mtime: 0 },
    { path: 'l', kind: 'a symlink', size: 0, mtime: 0 },
    { path: '/dev/x', kind: 'a device', size: 0, mtime: 0 },
  ]);
  expect(result).toMatchObject({
    outcome: 'listed',
    kind: 'tar.zst',
    members: 4,
    files: 1,
    bytes: 3,
    fault: undefined,
  });
});

test('of a damaged archive the members before the damage are listed', () => {
  const { members, result } = list(Buffer.concat([membersOf(MEMBERS.slice(0, 2)), Buffer.alloc(600, 'x')]));
  expect(members).toHaveLength(2);
  expect(result).toMatchObject({
    outcome: 'damaged',
    fault: expect.stringMatching(/in\.tar: .*at byte 1536 of the archive/),
  });
});

test('who has enough is given no more, however long the archive is', () => {
  const { members, result } = list(archiveOf({}, MEMBERS), 2);
  expect(members).toHaveLength(2);
  expect(result).toMatchObject({ outcome: 'listed', members: 2 });
});

test('what is no archive is refused before anything is given', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'dump'));
  const call = (input: string) => () => listArchive({ input }, () => expect.unreachable());
  expect(call('')).toThrow(UsageError);
  expect(call(join(folder, 'none'))).toThrow(/there is no archive/);
  expect(call(join(folder, 'dump'))).toThrow(DataError);
});
