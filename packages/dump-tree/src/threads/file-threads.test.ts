import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ScratchFolder } from '@ekv/snapshot';
import { awaitThreads } from '@ekv/test-support/living-threads';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stageSync } from '../output/staged-sync.test-data.ts';
import { StagedTree } from '../output/staged-tree.ts';
import { compareFiles } from './compare-files.ts';
import { fileComparers, fileWriters } from './file-threads.ts';
import type { FilesOutcome } from './files-behind.ts';
import { writeFiles } from './write-files.ts';

const scratch = new ScratchFolder();
const written = writeFiles.toString();
const compared = compareFiles.toString();
// What the machine has to write besides is not waited for.
beforeEach(() => void stageSync(0));
afterEach(() => {
  scratch.remove();
  writeFiles.toString = () => written;
  compareFiles.toString = () => compared;
});

const MANIFEST = Buffer.from('{}\n');
const IGNORED: FilesOutcome = { done: () => {}, undone: () => {} };
/** A name that no file system takes. */
const TOO_LONG = `b/${'n'.repeat(300)}`;

/** Files of every size in several folders, more than the threads are started for and than their memory holds. */
function* files(): Generator<readonly [path: string, content: Buffer]> {
  for (let i = 0; i < 1200; i++) {
    const size = i % 500 === 0 ? 70_000 : i % 10 === 0 ? 30_000 : i % 7;
    yield [`${'abcde'[i % 5]}/${i % 3}/\xe9${i}`, Buffer.alloc(size, i)];
  }
}

/** A loaded disk takes its time. */
const SLOW = { timeout: 60_000 };

function stage(threads: number): StagedTree {
  return StagedTree.create(join(temporaryFolder(), 'dump'), { scratch, threads });
}

/** Runs before each batch, in the thread. */
function before(statement: string): void {
  writeFiles.toString = () => `(batch, length, context) => { ${statement}; (${written})(batch, length, context); }`;
}

function checksums(threads: number, given: Iterable<readonly [string, Buffer]> = files()): string {
  const target = join(temporaryFolder(), 'dump');
  const tree = StagedTree.create(target, { scratch, threads });
  try {
    for (const [path, content] of given) tree.file(path, content);
    tree.publish(MANIFEST);
  } finally {
    tree.abandon();
  }
  return readFileSync(join(target, 'CHECKSUMS'), 'latin1');
}

test.each([1, 2, 6])('a tree that %i more threads write is the same, however long they take', SLOW, (threads) => {
  const target = join(temporaryFolder(), 'dump');
  before('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.random() * 5)');
  const tree = StagedTree.create(target, { scratch, threads });
  for (const [path, content] of files()) tree.file(path, content);
  tree.publish(MANIFEST);
  expect(readFileSync(join(target, 'CHECKSUMS'), 'latin1')).toBe(checksums(0));
  for (const [path, content] of files())
    expect(readFileSync(Buffer.from(`${target}/${path}`, 'latin1')).equals(content)).toBe(true);
});

test.each([0, 1, 3])('the first file that cannot be written is the error, with %i more threads', SLOW, (threads) => {
  const tree = stage(threads);
  const give = () => {
    let i = 0;
    for (const [path, content] of files()) {
      tree.file(path, content);
      if (++i === 1000) tree.file(TOO_LONG, MANIFEST);
      if (i === 1001) tree.file(`c/${'m'.repeat(300)}`, MANIFEST);
    }
    tree.settle();
  };
  expect(give).toThrow(/^cannot write .*dump\/b\/n{300}: .*ENAMETOOLONG/);
  tree.abandon();
});

test('a thread that dies is an error that names a file, and nothing is published', SLOW, () => {
  before('process.exit(1)');
  awaitThreads();
  const parent = temporaryFolder();
  const tree = StagedTree.create(join(parent, 'dump'), { scratch, threads: 1 });
  const give = () => {
    for (const [path, content] of files()) tree.file(path, content);
    tree.publish(MANIFEST);
  };
  expect(give).toThrow(
    /^the thread that writes files has died while it worked on [abcde]\/\d\/é?.*\d+ and the files after it/,
  );
  tree.abandon();
  expect(readdirSync(parent)).toEqual([]);
});

test('what a thread does not do is done here', SLOW, () => {
  writeFiles.toString = () => '() => {}';
  expect(checksums(2)).toBe(checksums(0));
});

test('after a tree is abandoned no thread makes a file', SLOW, () => {
  const parent = temporaryFolder();
  before('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)');
  const tree = StagedTree.create(join(parent, 'dump'), { scratch, threads: 2 });
  for (const [path, content] of files()) tree.file(path, content);
  tree.abandon();
  expect(readdirSync(parent)).toEqual([]);
});

test.each([
  ['write', writeFiles, (root: string) => fileWriters(255, { base: root, setsModes: false }, IGNORED, 0)],
  ['compare', compareFiles, (root: string) => fileComparers(255, root, IGNORED, 0)],
] as const)('on a machine with many cores a handful of threads %s files', (_, work, start) => {
  const text = work.toString();
  let started = 0;
  work.toString = () => {
    started++;
    return text;
  };
  const files = start(temporaryFolder());
  expect(files.give('one', MANIFEST)).toBe(true);
  files.end();
  expect(started).toBe(8);
});
