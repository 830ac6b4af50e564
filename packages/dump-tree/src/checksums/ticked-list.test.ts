import { hash } from 'node:crypto';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ScratchFolder } from '@ekv/snapshot';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { afterEach, expect, test } from 'vitest';
import { InputTree } from '../input/input-tree.ts';
import type { TreeFile } from '../input/tree-source.ts';
import { checksumLine } from './checksums.ts';
import { ChecksumsVerifier } from './checksums-verifier.ts';
import { TickedList } from './ticked-list.ts';

const DIGEST = 'a'.repeat(64);
const OTHER = 'b'.repeat(64);
const scratch = new ScratchFolder();
afterEach(() => scratch.remove());

interface Counted {
  readonly list: TickedList;
  /** Reads of the list so far. */
  readonly reads: () => number;
}

function listOf(lines: readonly string[]): Counted {
  const root = temporaryFolder();
  writeFileSync(join(root, 'CHECKSUMS'), Buffer.from(lines.join(''), 'latin1'));
  const file: TreeFile = new InputTree(root).openOptional('CHECKSUMS', 'left out')!;
  const read = file.read.bind(file);
  let reads = 0;
  file.read = (...args) => {
    reads++;
    return read(...args);
  };
  return { list: new TickedList(file), reads: () => reads };
}

const numbered = (count: number) =>
  Array.from({ length: count }, (_, i) => `redis/db_0/strings/${String(i).padStart(6, '0')}.bin`);
const digestOf = (path: string) => hash('sha256', path, 'hex');
const lineOf = (path: string) => checksumLine(path, digestOf(path));

/** The same paths, the two of each pair the other way round, as a body and its sidecar are read. */
function swapped(paths: readonly string[]): string[] {
  return paths.flatMap((path, i) => (i % 2 === 1 ? [path, paths[i - 1]!] : []));
}

test.each([
  ['in the order of the list', (paths: string[]) => paths],
  ['in pairs that are turned round', swapped],
  ['from the end', (paths: string[]) => paths.toReversed()],
])('files that are read %s are all ticked, and each page is read once more at most', (_, order) => {
  const paths = numbered(20_000);
  const { list, reads } = listOf(paths.map(lineOf));
  const before = reads();
  for (const path of order(paths)) expect(list.tick(path, digestOf(path))).toBe(true);
  expect(list.ticked).toBe(paths.length);
  expect(paths.every((_, i) => list.isTicked(i + 1))).toBe(true);
  expect(reads() - before).toBeLessThanOrEqual(before);
  list.file.close();
});

test('files in an order that has nothing of that of the list do not have it read for each of them', () => {
  const paths = numbered(20_000);
  const { list, reads } = listOf(paths.map(lineOf));
  const before = reads();
  const turned = paths.map((_, i) => paths[(i * 7919) % paths.length]!);
  const ticked = turned.filter((path) => list.tick(path, digestOf(path)));
  expect(list.ticked).toBe(ticked.length);
  expect(reads() - before).toBeLessThan(1000);
  expect(list.tickedDigest(ticked[0]!)).toBe(digestOf(ticked[0]!));
  const others = new Set(ticked);
  expect(list.tickedDigest(turned.find((path) => !others.has(path))!)).toBeUndefined();
  list.file.close();
});

test('a row is not ticked for another digest, and never after one', () => {
  const { list } = listOf([checksumLine('a', DIGEST), checksumLine('b', DIGEST)]);
  expect(list.tick('a', DIGEST)).toBe(true);
  expect(list.tick('a', DIGEST)).toBe(true);
  expect(list.ticked).toBe(1);
  expect(list.tick('a', OTHER)).toBe(false);
  expect([list.isTicked(1), list.ticked]).toEqual([false, 0]);
  expect(list.tick('a', DIGEST)).toBe(false);
  expect(list.tickedDigest('a')).toBeUndefined();
  expect(list.tick('b', DIGEST)).toBe(true);
  expect([list.isTicked(2), list.isTicked(3), list.isTicked(4000)]).toEqual([true, false, false]);
  list.file.close();
});

test('rows out of order, twice, escaped or broken are as if they were not there', () => {
  const { list } = listOf([
    checksumLine('b', DIGEST),
    checksumLine('a', DIGEST),
    checksumLine('b', DIGEST),
    checksumLine('c\nd', DIGEST),
    `${DIGEST}- e\n`,
    `${DIGEST} -f\n`,
    `${DIGEST.slice(1)}  g\n`,
    `${DIGEST} *h\r\n`,
    `${DIGEST}  i`,
  ]);
  const ticks = ['a', 'b', 'c\nd', 'c\\nd', 'e', 'f', 'g', 'h', 'i'].filter((path) => list.tick(path, DIGEST));
  expect(ticks).toEqual(['b', 'h', 'i']);
  expect([1, 2, 3, 4, 5, 6, 7, 8, 9].filter((line) => list.isTicked(line))).toEqual([1, 8, 9]);
  list.file.close();
});

test('a list that fails while it is followed ticks nothing more', () => {
  const paths = numbered(5000);
  const { list } = listOf(paths.map(lineOf));
  expect(list.tick(paths[0]!, digestOf(paths[0]!))).toBe(true);
  list.file.read = () => {
    throw new Error('the disk fails');
  };
  expect(list.tick(paths.at(-1)!, digestOf(paths.at(-1)!))).toBe(false);
  expect(list.tick(paths[1]!, digestOf(paths[1]!))).toBe(false);
  expect(list.ticked).toBe(1);
  list.file.close();
});

/** What an encode learns of a list before it reads. */
function folders(files: Record<string, string>): ReadonlyMap<string, number> {
  const root = temporaryFolder();
  plant(root, files);
  return foldersOf(root);
}

function foldersOf(root: string): ReadonlyMap<string, number> {
  const verifier = new ChecksumsVerifier(scratch);
  const found = verifier.follow(new InputTree(root));
  verifier.close();
  return found;
}

test('the files of a list are counted by top-level folder, escaped names too', () => {
  expect(
    folders({
      CHECKSUMS: `${DIGEST}  MANIFEST.json\n${DIGEST}  redis/a\n\\${DIGEST}  redis/b\\nc\n${DIGEST}  s3/bucket/redis/x\n`,
    }),
  ).toEqual(
    new Map([
      ['redis', 2],
      ['s3', 1],
    ]),
  );
});

test('a list of many blocks is counted to its end', () => {
  const lines = Array.from({ length: 40_000 }, (_, i) => `${DIGEST}  ${i % 4 === 0 ? 'sqs' : 'redis'}/${i}\n`);
  expect(folders({ CHECKSUMS: lines.join('') })).toEqual(
    new Map([
      ['sqs', 10_000],
      ['redis', 30_000],
    ]),
  );
});

test('what is no list, or cannot be read, lists nothing', () => {
  const root = temporaryFolder();
  expect(foldersOf(root).size).toBe(0);
  const other = temporaryFolder();
  plant(other, { CHECKSUMS: `${DIGEST}  redis/a\n` });
  symlinkSync(join(other, 'CHECKSUMS'), join(root, 'CHECKSUMS'));
  expect(foldersOf(root).size).toBe(0);
  expect(folders({ CHECKSUMS: '\n\n/\nx/y\n' }).size).toBe(0);
});
