import { hash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { EnvironmentError } from '@ekv/snapshot';
import { replaceCall, restoreCalls } from '@ekv/test-support/file-calls';
import { awaitThreads } from '@ekv/test-support/living-threads';
import { makeFifo } from '@ekv/test-support/system-program';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ANY_BYTES } from '../files/file-limits.ts';
import { InputTree, type InputTreeOptions } from '../input/input-tree.ts';
import { EVERY_FILE } from './files-ahead.ts';

/** What the thread does before it reads, as text. */
const first = vi.hoisted(() => ({ text: '' }));

vi.mock('./read-files.ts', async (original) => {
  const real = await original<typeof import('./read-files.ts')>();
  const readFiles = Object.assign((...given: Parameters<typeof real.readFiles>) => real.readFiles(...given), {
    toString: () =>
      `(batch, length, context) => { ${first.text}; (${real.readFiles.toString()})(batch, length, context); }`,
  });
  return { ...real, readFiles };
});

const SLEEPS = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.random() * 8)';
vi.setConfig({ testTimeout: 60_000 });
const open: InputTree[] = [];

afterEach(() => {
  for (const tree of open.splice(0)) tree.close();
  first.text = '';
});

function treeOf(root: string, workers: number, more: InputTreeOptions = {}): InputTree {
  const tree = new InputTree(root, { workers, aheadPace: EVERY_FILE, ...more });
  open.push(tree);
  return tree;
}

/** All that is seen of reading files: digests, bytes, and errors. */
function seen(root: string, workers: number, paths: readonly string[], more: Partial<Seeing> = {}): string[] {
  const { expected = paths, between = () => {}, limit = ANY_BYTES.bytes } = more;
  const lines: string[] = [];
  const verifier = { add: (path: string, sha256: string) => lines.push(`digest ${path} ${sha256}`) };
  const tree = treeOf(root, workers, more.takesDigests === false ? {} : { verifier });
  for (const path of expected) tree.expect(path, 1 << 16);
  between();
  for (const path of paths) {
    try {
      const bytes = tree.readOptional(path, { ...ANY_BYTES, bytes: limit });
      lines.push(`read ${path} ${bytes?.toString('latin1')}`);
    } catch (error) {
      lines.push(`${(error as Error).constructor.name} ${(error as Error).message}`);
    }
  }
  return lines;
}

interface Seeing {
  readonly expected: readonly string[];
  /** Done between the two. */
  readonly between: () => void;
  readonly limit: number;
  readonly takesDigests: boolean;
}

/** Sleeps, so that a thread gets on, until something is so; not for ever. */
function sleepUntil(isSo: () => boolean): void {
  for (let looks = 0; looks < 5000 && !isSo(); looks++)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
}

/** Counts the calls of this thread, not those of others. */
function countOpens(): () => number {
  let count = 0;
  replaceCall('openSync', (original, ...args) => {
    count++;
    return original(...args);
  });
  return () => count;
}

describe.each([2, 3, 8])('with %i workers', (workers) => {
  const files = Object.fromEntries(
    [0, 1, 2, 500, 4096, 65_535, 65_536, 65_537, 200_000, 3, 40_000, 60_000, 50_000].map((size, i) => [
      `redis/${i}\xff`,
      Buffer.alloc(size, `${i}abc`),
    ]),
  );

  test.each([true, false])(
    'files of all sizes are read, with digests %j, and the small ones not by the caller',
    (takesDigests) => {
      const root = temporaryFolder();
      plant(root, files);
      first.text = SLEEPS;
      const wanted = seen(root, 1, Object.keys(files), { takesDigests });
      awaitThreads();
      const opens = countOpens();
      expect(seen(root, workers, Object.keys(files), { takesDigests })).toEqual(wanted);
      expect(opens()).toBe(2);
      restoreCalls();
    },
  );

  test('what is no small plain file with one name is refused, or missing, in the words of one thread', async () => {
    const root = temporaryFolder();
    plant(root, {
      'a/file': 'F',
      'a/hard': 'H',
      'a/large': Buffer.alloc(100_000),
      'a/locked': 'L',
      'a/last': 'L',
      'b/file': 'B',
    });
    linkSync(join(root, 'a/hard'), join(root, 'a/other'));
    symlinkSync('file', join(root, 'a/link'));
    symlinkSync('nowhere', join(root, 'a/dangling'));
    symlinkSync('b', join(root, 'linked'));
    mkdirSync(join(root, 'a/folder'));
    makeFifo(join(root, 'a/fifo'));
    chmodSync(join(root, 'a/locked'), 0);
    const server = createServer().listen(join(root, 'a/socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    const names = ['file', 'hard', 'other', 'link', 'dangling', 'folder', 'fifo', 'socket', 'locked', 'gone', 'large'];
    const paths = [
      ...names.map((name) => `a/${name}`),
      ...[
        'linked/file',
        'gone/file',
        'a/file/x',
        'a/../a/file',
        'a/./file',
        'a//file',
        'a/nul\0',
        `a/${'n'.repeat(300)}`,
      ],
      ...['n/'.repeat(3000), 'a/last'],
    ];
    const wanted = seen(root, 1, paths, { limit: 90_000 });
    expect(wanted.filter((line) => line.startsWith('read a/last L'))).toHaveLength(1);
    expect(wanted.filter((line) => line.startsWith('DataError')).length).toBeGreaterThan(8);
    expect(seen(root, workers, paths, { limit: 90_000 })).toEqual(wanted);
    server.close();
  });

  test('a file above the limit of who reads it is refused, though it was read ahead', () => {
    const root = temporaryFolder();
    plant(root, { a: 'AAAA', b: 'BB' });
    const wanted = seen(root, 1, ['a', 'b'], { limit: 3 });
    expect(wanted[0]).toContain('too large: 4 bytes');
    expect(seen(root, workers, ['a', 'b'], { limit: 3 })).toEqual(wanted);
  });

  test('files that are expected and not read leave no trace', () => {
    const root = temporaryFolder();
    plant(root, { a: 'A', b: 'B', c: 'C' });
    const expected = ['gone', 'a', 'c', 'no/folder', 'b', 'a/b'];
    expect(seen(root, workers, ['b'], { expected })).toEqual(seen(root, 1, ['b']));
  });

  test('files are read in any order, whatever was expected', () => {
    const root = temporaryFolder();
    const paths = Array.from({ length: 40 }, (_, i) => `redis/${i % 3}/${i}`);
    plant(root, Object.fromEntries(paths.map((path) => [path, path])));
    first.text = SLEEPS;
    const some = fc.array(fc.constantFrom(...paths), { maxLength: 60 });
    fc.assert(
      fc.property(some, some, (expected, read) => {
        expect(seen(root, workers, read, { expected })).toEqual(seen(root, 1, read));
        for (const tree of open.splice(0)) tree.close();
      }),
      { numRuns: 8 },
    );
  });

  test.each<[what: string, change: (path: string) => void]>([
    ['grows', (path) => appendFileSync(path, 'more')],
    ['shrinks', (path) => truncateSync(path, 2)],
    ['vanishes', (path) => rmSync(path)],
    [
      'becomes a link',
      (path) => {
        rmSync(path);
        symlinkSync('b', path);
      },
    ],
    [
      'is replaced',
      (path) => {
        writeFileSync(`${path}.new`, 'new');
        renameSync(`${path}.new`, path);
      },
    ],
  ])('of a file that %s after it was expected there is what was there before or what is there then', (_, change) => {
    const root = temporaryFolder();
    const read = () => {
      plant(root, { 'x/a': 'before', 'x/b': 'B' });
      return seen(root, workers, ['x/a', 'x/b'], { between: () => change(join(root, 'x/a')) });
    };
    plant(root, { 'x/a': 'before', 'x/b': 'B' });
    const before = seen(root, 1, ['x/a', 'x/b']);
    change(join(root, 'x/a'));
    const then = seen(root, 1, ['x/a', 'x/b']);
    rmSync(join(root, 'x'), { recursive: true });
    expect([before, then]).toContainEqual(read());
  });

  test('a file that changes while a thread reads it is read again by the caller', () => {
    const root = temporaryFolder();
    plant(root, { a: 'before', b: 'B' });
    // The size that the thread sees is not that of the file.
    first.text =
      'context = { ...context, fs: { ...context.fs, fstatSync: (fd) => { const stat = context.fs.fstatSync(fd); stat.size--; return stat; } } }';
    first.text = `const { fs } = context; ${first.text.replaceAll('context.fs', 'fs')}`;
    expect(seen(root, workers, ['a', 'b'])).toEqual(seen(root, 1, ['a', 'b']));
  });

  test('a thread that dies is an error that names the files it read', () => {
    const root = temporaryFolder();
    const paths = ['redis/a', 'redis/b', 'redis/c'];
    plant(root, Object.fromEntries(paths.map((path) => [path, path])));
    first.text = 'throw new Error("dies")';
    awaitThreads();
    const tree = treeOf(root, workers);
    for (const path of paths) tree.expect(path, 100);
    const read = () => tree.read('redis/a', ANY_BYTES);
    expect(read).toThrow(EnvironmentError);
    expect(read).toThrow(
      `the thread that reads files has died while it worked on ${root}/redis/a and 1 more files, up to ${root}/redis/b, most likely`,
    );
    tree.close();
  });

  test('after its end a tree reads by itself', () => {
    const root = temporaryFolder();
    plant(root, { a: 'A', b: 'B' });
    const tree = treeOf(root, workers);
    tree.expect('a', 100);
    tree.close();
    tree.expect('b', 100);
    expect(['a', 'b'].map((path) => tree.read(path, ANY_BYTES).toString())).toEqual(['A', 'B']);
  });
});

test('a tree of few files starts no thread, and one worker none at all', () => {
  const root = temporaryFolder();
  const paths = Array.from({ length: 900 }, (_, i) => `redis/${i}`);
  plant(root, Object.fromEntries(paths.map((path) => [path, 'x'])));
  for (const [workers, aheadPace] of [
    [8, undefined],
    [1, EVERY_FILE],
  ] as const) {
    const before = process.getActiveResourcesInfo().length;
    const tree = treeOf(root, workers, { aheadPace });
    for (const path of paths) tree.expect(path, 100);
    for (const path of paths) tree.read(path, ANY_BYTES);
    expect(process.getActiveResourcesInfo()).toHaveLength(before);
    expect(tree.mostExpected > 0).toBe(workers > 1);
  }
});

test('many files in the usual way: their bytes and digests, in order, and not all of them read by the caller', () => {
  const root = temporaryFolder();
  const paths = Array.from({ length: 6000 }, (_, i) => `redis/${i >> 6}/${i}`);
  plant(root, Object.fromEntries(paths.map((path) => [path, path.repeat(5)])));
  const wanted = paths.map((path) => `${path} ${hash('sha256', path.repeat(5), 'hex')}`);
  const digests: string[] = [];
  const verifier = { add: (path: string, sha256: string) => digests.push(`${path} ${sha256}`) };
  const begun = join(temporaryFolder(), 'begun');
  first.text = `context.fs.writeFileSync(${JSON.stringify(begun)}, '')`;
  awaitThreads();
  const tree = treeOf(root, 2, { verifier, aheadPace: undefined });
  const opens = countOpens();
  let expected = 0;
  for (const [i, path] of paths.entries()) {
    for (; expected < paths.length && expected - i < tree.mostExpected; expected++) tree.expect(paths[expected]!, 1000);
    // By now a thread has batches with which the caller has not begun.
    if (i === 1300) sleepUntil(() => existsSync(begun));
    expect(tree.read(path, ANY_BYTES).toString()).toBe(path.repeat(5));
  }
  expect(digests).toEqual(wanted);
  expect(opens()).toBeLessThan(paths.length);
});
