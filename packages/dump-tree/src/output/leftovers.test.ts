import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError, ScratchFolder } from '@ekv/snapshot';
import { ownerLine } from '@ekv/snapshot/publish';
import { replaceCall, systemError } from '@ekv/test-support/file-calls';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { afterEach, describe, expect, test } from 'vitest';
import { publishUntilKilled } from './killed-run.test-data.ts';
import { findLeftovers, findRuns, removeStaging } from './leftovers.ts';
import { StagedTree } from './staged-tree.ts';
import { sizeOf } from './taken-room.ts';

const RUN = '0123456789abcdef';
const scratch = new ScratchFolder();
const workingFolder = process.cwd();
afterEach(() => {
  scratch.remove();
  process.chdir(workingFolder);
});

function files(root: string): Record<string, string> {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  const plain = paths.filter((path) => lstatSync(join(root, path)).isFile());
  return Object.fromEntries(plain.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

const EARLIER = { 'out/MANIFEST.json': 'earlier', 'out/redis/a': 'earlier', 'out/sqs/q': 'earlier' };

/** What is at the target when a run came to its end. */
const PUBLISHED = { 'out/MANIFEST.json': 'new', 'out/redis/a': 'new', 'out/s3/b': 'new' };

const TARGETS = [
  ['missing', {}, '../out', false],
  ['an empty folder', {}, '../out', false],
  ['the working folder', {}, '.', false],
  ['an earlier dump', EARLIER, '../out', true],
] as const;

test.each(TARGETS)(
  'a run that is killed at any step of publishing to %s leaves the old or the new state, after cleaning up',
  (state, before, target, force) => {
    const seen = { old: 0, new: 0 };
    for (let step = 0; ; step++) {
      const parent = temporaryFolder();
      plant(parent, before);
      mkdirSync(join(parent, 'elsewhere'));
      if (state !== 'missing') mkdirSync(join(parent, 'out'), { recursive: true });
      const cwd = join(parent, target === '.' ? 'out' : 'elsewhere');
      const isComplete = publishUntilKilled(target, RUN, force, step, cwd);
      process.chdir(cwd);
      removeStaging(target, RUN);
      const { 'out/CHECKSUMS': checksums, ...after } = files(parent);
      if (checksums === undefined) expect(after).toEqual(before);
      else expect(after).toEqual(PUBLISHED);
      expect(findLeftovers(join(parent, 'out'))).toEqual([]);
      seen[checksums === undefined ? 'old' : 'new']++;
      if (isComplete) break;
    }
    // Killed before the tree was in its place, and behind that.
    expect(seen.old).toBeGreaterThan(4);
    expect(seen.new).toBeGreaterThan(1);
  },
  60_000,
);

test('what a killed run left is found by name, beside the target and in it', () => {
  const parent = temporaryFolder();
  const target = join(parent, 'out');
  const hidden = ['.out.old-fedcba9876543210', `.out.tmp-${RUN}`, `out/.out.tmp-${RUN}`];
  for (const name of hidden) mkdirSync(join(parent, name), { recursive: true });
  for (const name of ['.out.tmp-0123', `.other.tmp-${RUN}`, `.out.tmp-${RUN}0`, `out.tmp-${RUN}`, `.out.bak-${RUN}`])
    mkdirSync(join(parent, name));
  expect(findLeftovers(`${target}/`)).toEqual(hidden.map((name) => join(parent, name)));
});

test('where nothing is, nothing is left', () => {
  expect(findLeftovers(join(temporaryFolder(), 'gone/out'))).toEqual([]);
  expect(findLeftovers('/')).toEqual([]);
});

test('a run that is refused because of a leftover in its target names it', () => {
  const parent = temporaryFolder();
  mkdirSync(join(parent, `out/.out.tmp-${RUN}`), { recursive: true });
  expect(() => StagedTree.create(join(parent, 'out'), { scratch })).toThrow(
    `exists and is not empty (it holds .out.tmp-${RUN} of a killed run)`,
  );
});

test('the staging folder of a run is removed, that of another run is not', () => {
  const parent = temporaryFolder();
  const target = join(parent, 'out');
  const tree = StagedTree.create(target, { scratch, runId: RUN });
  tree.file('redis/\xff\xfe', Buffer.from('A'));
  StagedTree.create(target, { scratch, runId: 'fedcba9876543210' });
  removeStaging(target, RUN);
  expect(readdirSync(parent)).toEqual(['.out.run-fedcba9876543210', '.out.tmp-fedcba9876543210']);
  removeStaging(target, RUN);
});

test('removing after a run that came to its end changes nothing', () => {
  const parent = temporaryFolder();
  const tree = StagedTree.create(join(parent, 'out'), { scratch, runId: RUN });
  tree.publish(Buffer.from('new'));
  const before = files(parent);
  removeStaging(join(parent, 'out'), RUN);
  expect(files(parent)).toEqual(before);
});

test('an earlier dump is kept when someone else has taken its place meanwhile', () => {
  const parent = temporaryFolder();
  plant(parent, { [`.out.old-${RUN}/redis/a`]: 'earlier', [`.out.tmp-${RUN}/redis/a`]: 'new', 'out/mine': 'mine' });
  removeStaging(join(parent, 'out'), RUN);
  expect(files(parent)).toEqual({ [`.out.old-${RUN}/redis/a`]: 'earlier', 'out/mine': 'mine' });
});

test('a file at the target is nothing to look into', () => {
  const target = join(temporaryFolder(), 'out');
  writeFileSync(target, 'F');
  removeStaging(target, RUN);
  expect(findLeftovers(target)).toEqual([]);
  expect(readFileSync(target, 'utf8')).toBe('F');
});

test('what cannot be removed is an error of the environment', () => {
  const target = join(temporaryFolder(), 'out');
  replaceCall('rmSync', () => {
    throw systemError('EACCES');
  });
  expect(() => removeStaging(target, RUN)).toThrow(EnvironmentError);
  expect(() => removeStaging(target, RUN)).toThrow(`cannot remove what was written for ${target}: permission denied`);
});

describe('names of targets up to the longest that a file system takes', () => {
  test.each([
    ['one byte each', 'n'.repeat(255)],
    ['two bytes each', 'é'.repeat(127)],
    ['four bytes each', '😀'.repeat(63)],
  ])('with characters of %s: the tree is published, leftovers are found and removed', (_, name) => {
    const parent = temporaryFolder();
    const target = join(parent, name);
    const killed = StagedTree.create(target, { scratch, runId: 'fedcba9876543210' });
    killed.file('redis/a', Buffer.from('A'));
    const tree = StagedTree.create(target, { scratch, runId: RUN });
    expect(
      findLeftovers(target)
        .map((path) => path.slice(-20))
        .sort(),
    ).toEqual(['run-0123456789abcdef', 'run-fedcba9876543210', 'tmp-0123456789abcdef', 'tmp-fedcba9876543210']);
    tree.publish(Buffer.from('new'));
    removeStaging(target, 'fedcba9876543210');
    expect(readdirSync(parent)).toEqual([name]);
    expect(findLeftovers(target)).toEqual([]);
  });
});

test('runs are told apart, and those that live from those that are gone', () => {
  const parent = temporaryFolder();
  const target = join(parent, 'out');
  StagedTree.create(target, { scratch, runId: RUN });
  plant(parent, {
    '.out.tmp-fedcba9876543210/redis/a': 'AAA',
    '.out.run-fedcba9876543210': ownerLine('fedcba9876543210').replace(/(:\d+) /, '$1x '),
    '.out.old-aaaaaaaaaaaaaaaa/redis/a': 'AAA',
  });
  const runs = findRuns(target);
  expect(runs.map(({ runId, state, owner }) => [runId, state, owner?.pid])).toEqual([
    ['aaaaaaaaaaaaaaaa', 'unknown', undefined],
    [RUN, 'running', process.pid],
    ['fedcba9876543210', 'gone', process.pid],
  ]);
  expect(sizeOf(runs[2]!.paths)).toMatchObject({ isAll: true });
  expect(sizeOf([join(parent, '.out.tmp-fedcba9876543210')])).toEqual({ bytes: 3, isAll: true });
});

test('a killed run tells whose its folders are until all of them are gone', { timeout: 60_000 }, () => {
  const parent = temporaryFolder();
  mkdirSync(join(parent, 'elsewhere'));
  plant(parent, EARLIER);
  // Behind both renames, while the earlier dump is removed.
  for (let step = 0; !publishUntilKilled('../out', RUN, true, step, join(parent, 'elsewhere')); step++) {
    expect(findRuns(join(parent, 'out')).map(({ state }) => state)).toEqual(['gone']);
    process.chdir(parent);
    removeStaging('out', RUN);
    rmSync(join(parent, 'out'), { recursive: true });
    plant(parent, EARLIER);
  }
});

test.each(['["../victim"]', '["../../victim", "victim"]', '5', '{}', '[5, null]'])(
  'a list of what has moved that others wrote, %s, moves nothing that no dump has',
  (list) => {
    const parent = temporaryFolder();
    const hidden = `out/.out.tmp-${RUN}`;
    plant(parent, { 'out/victim/a': 'mine', 'victim/a': 'mine', [`${hidden}/.moving`]: list });
    removeStaging(join(parent, 'out'), RUN);
    expect(files(parent)).toEqual({ 'out/victim/a': 'mine', 'victim/a': 'mine' });
  },
);
