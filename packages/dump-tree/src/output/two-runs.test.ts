import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ScratchFolder } from '@ekv/snapshot';
import { ownerLine } from '@ekv/snapshot/publish';
import { replaceCall, restoreCalls } from '@ekv/test-support/file-calls';
import { startProcess } from '@ekv/test-support/other-process';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findLeftovers, findRuns, removeStaging } from './leftovers.ts';
import { StagedTree } from './staged-tree.ts';

const REPLACING_PROGRAM = new URL('./replacing-program.test-data.ts', import.meta.url);
const RUN = '0123456789abcdef';
const OTHER_RUN = 'fedcba9876543210';
const scratch = new ScratchFolder();
afterEach(() => scratch.remove());

let parent: string;
let target: string;
beforeEach(() => {
  parent = temporaryFolder();
  target = join(parent, 'out');
});

function staged(runId: string, text: string): StagedTree {
  const tree = StagedTree.create(target, { scratch, runId, force: true });
  tree.file('redis/a', Buffer.from(text));
  return tree;
}

const dumpOf = (text: string) => ({ 'out/MANIFEST.json': text, 'out/redis/a': text });
const at = (path: string) => readFileSync(join(target, path), 'utf8');

/** A line of a process that is gone: another one has its number by now. */
const deadLine = (runId: string) => ownerLine(runId).replace(/(:\d+) /, '$1x ');

test('two processes that replace one dump again and again both succeed each time, and leave a whole dump of one of them, alone', {
  timeout: 120_000,
}, async () => {
  plant(parent, dumpOf('earlier'));
  const runs = ['one', 'two'].map((name) => startProcess(REPLACING_PROGRAM, target, name, '40'));
  await Promise.all(runs.map((run) => run.ended));
  expect(['one', 'two']).toContain(at('MANIFEST.json'));
  expect([at('redis/a'), at('s3/b')]).toEqual([at('MANIFEST.json'), at('MANIFEST.json')]);
  expect(readdirSync(parent)).toEqual(['out']);
});

test('a run that may replace a dump replaces also one that appeared after it looked', () => {
  const [first, second] = [staged(RUN, 'first'), staged(OTHER_RUN, 'second')];
  first.publish(Buffer.from('first'));
  second.publish(Buffer.from('second'));
  expect(at('redis/a')).toBe('second');
  expect([first.replacedOther, second.replacedOther]).toEqual([false, true]);
  expect(readdirSync(parent)).toEqual(['out']);
});

test('a dump that was there from the start is replaced without another run’s being said', () => {
  plant(parent, dumpOf('earlier'));
  const [first, second] = [staged(RUN, 'first'), staged(OTHER_RUN, 'second')];
  first.publish(Buffer.from('first'));
  second.publish(Buffer.from('second'));
  expect([first.replacedOther, second.replacedOther]).toEqual([false, true]);
});

test('what no lock can be is refused before anything is made', () => {
  mkdirSync(join(parent, '.out.lock'));
  expect(() => staged(RUN, 'first')).toThrow(/the lock .*\.out\.lock was made by no run: .*; remove it$/);
  expect(readdirSync(parent)).toEqual(['.out.lock']);
});

test('a dump that a killed run has moved away, and that was there when this run looked, is not missed', () => {
  plant(parent, dumpOf('earlier'));
  const tree = staged(RUN, 'new');
  // What another run, killed between its two renames, leaves.
  plant(parent, {
    [`.out.tmp-${OTHER_RUN}/redis/a`]: 'other',
    [`.out.run-${OTHER_RUN}`]: deadLine(OTHER_RUN),
    '.out.lock': deadLine(OTHER_RUN),
  });
  replaceCall('linkSync', (original, ...args) => {
    if (existsSync(target)) renameSync(target, join(parent, `.out.old-${OTHER_RUN}`));
    return original(...args);
  });
  tree.publish(Buffer.from('new'));
  restoreCalls();
  expect(at('redis/a')).toBe('new');
  removeStaging(target, OTHER_RUN);
  // It may be what is wanted: only its owner's other traces go.
  expect(readdirSync(parent).sort()).toEqual([`.out.old-${OTHER_RUN}`, 'out']);
});

test('what is left of a dump that was replaced has an owner, and goes with the clean-up of the run', () => {
  plant(parent, dumpOf('earlier'));
  const tree = staged(RUN, 'new');
  replaceCall('rmdirSync', (original, path: never) => {
    if (String(path).endsWith(`.old-${RUN}`)) throw Object.assign(new Error('busy'), { code: 'EBUSY' });
    return original(path);
  });
  tree.publish(Buffer.from('new'));
  expect(tree.leftover).toBe(join(parent, `.out.old-${RUN}`));
  expect(findRuns(target)).toMatchObject([{ runId: RUN, state: 'running' }]);
});

test('an empty folder where an earlier dump was is taken for that of a process that is gone, and is removed', () => {
  plant(parent, { ...dumpOf('new'), [`.out.tmp-${OTHER_RUN}/redis/a`]: 'other' });
  mkdirSync(join(parent, `.out.old-${RUN}`));
  mkdirSync(join(parent, `.out.old-${OTHER_RUN}`));
  expect(findRuns(target).map(({ runId, state }) => [runId, state])).toEqual([
    [RUN, 'gone'],
    [OTHER_RUN, 'unknown'],
  ]);
  removeStaging(target, RUN);
  removeStaging(target, OTHER_RUN);
  expect(findLeftovers(target)).toEqual([]);
});

test('a clean-up waits for a run that is at its renames, so that it does not take the empty place for a loss', async () => {
  plant(parent, { ...dumpOf('earlier'), [`.out.old-${OTHER_RUN}/MANIFEST.json`]: 'older' });
  const tree = staged(RUN, 'new');
  replaceCall('renameSync', (original, from: never, to: never) => {
    if (String(from).endsWith(`.tmp-${RUN}`)) expect(readFileSync(join(parent, '.out.lock'), 'utf8')).toContain(RUN);
    return original(from, to);
  });
  tree.publish(Buffer.from('new'));
  writeFileSync(join(parent, '.out.lock'), deadLine('aaaaaaaaaaaaaaaa'));
  removeStaging(target, OTHER_RUN);
  expect(at('redis/a')).toBe('new');
  expect(readdirSync(parent)).toEqual(['out']);
});
