import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ScratchFolder } from '@ekv/snapshot';
import { callLines, type RecordedCall, recordCalls, unflushedAt } from '@ekv/test-support/recorded-calls';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StagedTree } from './staged-tree.ts';

const RUN = '0123456789abcdef';
const scratch = new ScratchFolder();
const workingFolder = process.cwd();
let parent: string;
beforeEach(() => {
  parent = temporaryFolder();
});
afterEach(() => {
  scratch.remove();
  process.chdir(workingFolder);
});

/** Publishes a tree with a file and an empty folder. @returns all calls. */
function published(target: string, force = false): RecordedCall[] {
  const calls = recordCalls(parent);
  const tree = StagedTree.create(target, { scratch, runId: RUN, force });
  tree.file('redis/a', Buffer.from('new'));
  const lines = tree.lines('redis/b.jsonl');
  lines.write(Buffer.from('line\n'));
  lines.close();
  tree.folder('s3/empty');
  tree.publish(Buffer.from('manifest'));
  return calls;
}

/** From the first flush on: all that makes a tree durable and visible. */
function fromFirstFlush(calls: readonly RecordedCall[]): string[] {
  const lines = callLines(calls, RUN);
  return lines.slice(lines.findIndex((line) => line.startsWith('flush')));
}

/** Flushes of the tree itself come in the order of the file system. */
function withoutTree(lines: readonly string[], staging: string): string[] {
  return lines.filter((line) => !line.startsWith(`flush ${staging}`) || line.endsWith('/.moving'));
}

/** A lock appears with its content. */
function lockTaken(folder = ''): string[] {
  const prepared = `${folder}.out.lck-RUN`;
  return [`create ${prepared}`, `write ${prepared}`, `link ${prepared} to ${folder}.out.lock`, `remove ${prepared}`];
}

describe('the order of calls that puts a tree in place', () => {
  test.each([
    [
      'a new target',
      () => published(join(parent, 'out')),
      ['flush .', ...lockTaken(), 'rename .out.tmp-RUN to out', 'flush .', 'remove .out.lock', 'remove .out.run-RUN'],
    ],
    [
      'a target below folders that were made: what holds each of their names is flushed before',
      () => published(join(parent, 'x/y/out')),
      [
        'flush x',
        'flush .',
        'flush x/y',
        ...lockTaken('x/y/'),
        'rename x/y/.out.tmp-RUN to x/y/out',
        'flush x/y',
        'remove x/y/.out.lock',
        'remove x/y/.out.run-RUN',
      ],
    ],
    [
      'an earlier dump, which is removed only when the new one is there for good',
      () => {
        plant(parent, { 'out/MANIFEST.json': 'earlier', 'out/redis/a': 'old' });
        return published(join(parent, 'out'), true);
      },
      [
        'flush .',
        ...lockTaken(),
        'rename out to .out.old-RUN',
        'rename .out.tmp-RUN to out',
        'flush .',
        'remove .out.lock',
        'remove .out.old-RUN/redis',
        'remove .out.old-RUN/MANIFEST.json',
        'remove .out.old-RUN',
        'remove .out.run-RUN',
      ],
    ],
    [
      'a folder that must stay itself: MANIFEST.json comes when all else is there for good',
      () => {
        mkdirSync(join(parent, 'out'));
        process.chdir(join(parent, 'out'));
        return published('.');
      },
      [
        'flush .',
        'create out/.out.tmp-RUN/.moving',
        'write out/.out.tmp-RUN/.moving',
        'flush out/.out.tmp-RUN/.moving',
        'rename out/.out.tmp-RUN/CHECKSUMS to out/CHECKSUMS',
        'rename out/.out.tmp-RUN/redis to out/redis',
        'rename out/.out.tmp-RUN/s3 to out/s3',
        'flush out',
        'rename out/.out.tmp-RUN/MANIFEST.json to out/MANIFEST.json',
        'flush out',
        'remove out/.out.tmp-RUN/.moving',
        'remove out/.out.tmp-RUN',
        'remove out/.out.run-RUN',
      ],
    ],
  ])('%s', (_, publish, wanted) => {
    const lines = fromFirstFlush(publish());
    const staging = /(\S*\.out\.tmp-RUN)/.exec(lines.join(' '))![1]!;
    const entries = [staging, 'CHECKSUMS', 'MANIFEST.json', 'redis', 'redis/a', 'redis/b.jsonl', 's3', 's3/empty'];
    expect(lines.slice(0, entries.length).sort()).toEqual(
      entries.map((entry) => `flush ${entry === staging ? entry : `${staging}/${entry}`}`).sort(),
    );
    const others = withoutTree(lines, staging);
    // Of a folder that is filled, the order of entries is that of the file system.
    const inOrder = (all: readonly string[]) =>
      all.map((line) => (/^rename out\/.out.tmp-RUN\/(?!MANIFEST)/.test(line) ? 'rename an entry' : line));
    expect(inOrder(others)).toEqual(inOrder(wanted));
    expect(others.toSorted()).toEqual(wanted.toSorted());
  });

  test('of a folder that must stay itself, the list of what moves and its name are there for good before the first entry moves', () => {
    mkdirSync(join(parent, 'out'));
    process.chdir(join(parent, 'out'));
    const lines = fromFirstFlush(published('.'));
    const at = lines.findIndex((line) => line.startsWith('rename'));
    expect(lines.slice(at - 4, at)).toEqual([
      'create out/.out.tmp-RUN/.moving',
      'write out/.out.tmp-RUN/.moving',
      'flush out/.out.tmp-RUN/.moving',
      'flush out/.out.tmp-RUN',
    ]);
  });

  test('no file or folder of a tree is changed after its last flush', () => {
    const calls = published(join(parent, 'out'));
    expect(unflushedAt(calls, 'out')).toEqual([]);
    const created = calls.filter(({ step, path }) => step === 'create' && path.includes('.tmp-'));
    expect(created.map(({ path }) => path.slice(path.indexOf('/') + 1))).toEqual([
      'redis/a',
      'redis/b.jsonl',
      'MANIFEST.json',
      'CHECKSUMS',
    ]);
  });

  test('the owner of a run is told before its folder is made', () => {
    const made = callLines(published(join(parent, 'out')), RUN).filter((line) => /^(create|mkdir)/.test(line));
    expect(made.slice(0, 2)).toEqual(['create .out.run-RUN', 'mkdir .out.tmp-RUN']);
  });
});
