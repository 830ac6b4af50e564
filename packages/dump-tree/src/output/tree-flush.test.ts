import { readlinkSync } from 'node:fs';
import { EnvironmentError } from '@ekv/snapshot';
import { replaceCall, systemError } from '@ekv/test-support/file-calls';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test, vi } from 'vitest';
import { EarlyFlush } from './early-flush.ts';
import { stageSync } from './staged-sync.test-data.ts';
import { flushTree } from './tree-flush.ts';

// The disk of a loaded machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

/** Paths below `root` that were flushed one by one. */
function noteFlushes(root: string): string[] {
  const flushed: string[] = [];
  replaceCall('fsyncSync', (original, fd: never) => {
    flushed.push(readlinkSync(`/proc/self/fd/${fd}`, 'latin1').slice(root.length + 1));
    return original(fd);
  });
  return flushed;
}

const FILES = { a: '1', 'deep/er/b': '2', 'deep/c': '3', 'deep/\xff\xfe/d': '4' };
const ALL = ['a', 'deep/er/b', 'deep/er', 'deep/c', 'deep/\xff\xfe/d', 'deep/\xff\xfe', 'deep', ''].sort();

test('a few files are flushed one by one, and so is every folder', () => {
  const root = temporaryFolder();
  plant(root, FILES);
  const sync = stageSync(0);
  const flushed = noteFlushes(root);
  flushTree(root, 4);
  expect(flushed.sort()).toEqual(ALL);
  expect(sync.calls()).toEqual([]);
});

test('a folder is flushed after what is in it', () => {
  const root = temporaryFolder();
  plant(root, FILES);
  const flushed = noteFlushes(root);
  flushTree(root, 4);
  for (const path of ALL.filter((path) => path.includes('/')))
    expect(flushed.indexOf(path)).toBeLessThan(flushed.indexOf(path.slice(0, path.lastIndexOf('/'))));
  expect(flushed.at(-1)).toBe('');
});

test('many files are flushed by one call for their file system', () => {
  const root = temporaryFolder();
  plant(root, FILES);
  const sync = stageSync(0);
  const flushed = noteFlushes(root);
  flushTree(root, 65);
  expect(sync.calls()).toEqual([`-f ${root}`]);
  expect(flushed).toEqual([]);
});

test.each([
  ['fails', () => stageSync(1)],
  [
    'is missing',
    () => {
      process.env.PATH = temporaryFolder();
    },
  ],
])('many files are flushed one by one when the program for it %s', (_, prepare) => {
  const root = temporaryFolder();
  plant(root, FILES);
  prepare();
  const flushed = noteFlushes(root);
  flushTree(root, 65);
  expect(flushed.sort()).toEqual(ALL);
});

test('the program of this system does it', () => {
  const root = temporaryFolder();
  plant(root, FILES);
  const flushed = noteFlushes(root);
  flushTree(root, 65);
  expect(flushed).toEqual([]);
});

test('a disk that fails is an error that names the file', () => {
  const root = temporaryFolder();
  plant(root, { 'deep/\xff\n': '1' });
  replaceCall('fsyncSync', () => {
    throw systemError('EIO');
  });
  expect(() => flushTree(root, 1)).toThrow(EnvironmentError);
  expect(() => flushTree(root, 1)).toThrow(`cannot flush ${root}/deep/\\xff\\x0a: the device reports`);
});

test('after an early flush that failed each file is flushed, and finds what the disk refused', async () => {
  const root = temporaryFolder();
  plant(root, FILES);
  const failing = stageSync(1);
  const early = new EarlyFlush(root);
  early.wrote(1 << 30);
  // What was not begun is withdrawn, and has not failed.
  await vi.waitFor(() => expect(failing.calls()).toHaveLength(1), 50_000);
  expect(early.hasSucceeded()).toBe(false);
  const sync = stageSync(0);
  const flushed = noteFlushes(root);
  flushTree(root, 1000, early);
  expect(sync.calls()).toHaveLength(1);
  expect(flushed.sort()).toEqual(ALL);
  early.close();
});
