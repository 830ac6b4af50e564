import { mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '@ekv/snapshot';
import { replaceCall } from '@ekv/test-support/file-calls';
import { makeFifo } from '@ekv/test-support/system-program';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { examineTarget } from './output-target.ts';

let parent: string;
let target: string;
beforeEach(() => {
  parent = temporaryFolder();
  target = join(parent, 'out');
});

const examine = () => examineTarget(target, 'out', true);

describe('only a folder that holds nothing but a dump is replaced', () => {
  const DUMP = { 'out/MANIFEST.json': '{}', 'out/CHECKSUMS': '', 'out/ekv/sqs/q.json': '{}' };
  beforeEach(() => {
    plant(parent, DUMP);
    for (const name of ['redis', 'dynamodb', 's3', 'sqs']) mkdirSync(join(target, name));
  });

  test('a whole dump is', () => {
    expect(examine()).toBe('earlier dump');
  });

  test.each<[string, () => void, string]>([
    ['a folder .git', () => plant(target, { '.git/HEAD': '' }), '.git'],
    ['a file of notes', () => plant(target, { 'NOTES.md': '' }), 'NOTES.md'],
    ['a file with the name of an adapter', () => writeFileSync(join(target, 'ekv2'), ''), 'ekv2'],
    ['a link', () => symlinkSync('elsewhere', join(target, 'link')), 'link'],
    ['a FIFO', () => makeFifo(join(target, 'pipe')), 'pipe'],
    ['a name with a line break', () => writeFileSync(join(target, 'a\nb'), ''), '"a\\nb"'],
  ])('%s is named, exit 1', (_, make, name) => {
    make();
    expect(examine).toThrow(UsageError);
    expect(examine).toThrow(`the output out holds what no dump has: ${name}; the option force would remove it`);
  });

  test.each(['redis', 's3'])('a link or file in the place of the folder %s is named', (name) => {
    const other = join(parent, 'other');
    plant(other, { 'MANIFEST.json': '{}' });
    symlinkSync('elsewhere', join(other, name));
    expect(() => examineTarget(other, 'other', true)).toThrow(`holds what no dump has: ${name};`);
  });

  test('many strangers are a few names and a count', () => {
    for (let i = 1; i <= 9; i++) writeFileSync(join(target, `n${i}`), '');
    expect(examine).toThrow('holds what no dump has: n1, n2, n3, n4, n5 and 4 more;');
  });
});

describe('a dump holds no other', () => {
  beforeEach(() => plant(parent, { 'dump/MANIFEST.json': '{"format_version": 1}', 'dump/redis/db_0/strings/a': '' }));

  test.each([
    ['beside its folders', () => join(parent, 'dump/sub')],
    ['deep inside, with folders that are missing', () => join(parent, 'dump/redis/x/y/z')],
    [
      'through a link',
      () => {
        symlinkSync('dump/redis', join(parent, 'link'));
        return join(parent, 'link/sub');
      },
    ],
  ])('a target %s is refused', (_, place) => {
    const path = place();
    expect(() => examineTarget(path, 'shown', false)).toThrow(UsageError);
    expect(() => examineTarget(path, 'shown', false)).toThrow(
      `the output shown lies inside a dump, that of ${join(parent, 'dump/MANIFEST.json')}`,
    );
    expect(readdirSync(join(parent, 'dump')).sort()).toEqual(['MANIFEST.json', 'redis']);
  });

  test('a manifest that is damaged is one all the same', () => {
    writeFileSync(join(parent, 'dump/MANIFEST.json'), '{');
    expect(() => examineTarget(join(parent, 'dump/sub'), 'shown', false)).toThrow(/lies inside a dump/);
  });

  test('a MANIFEST.json of another tool is none', () => {
    writeFileSync(join(parent, 'dump/MANIFEST.json'), '{"name": "an application"}');
    expect(examineTarget(join(parent, 'dump/sub'), 'shown', false)).toBe('missing');
  });

  test('a target beside a dump is not in it', () => {
    expect(examineTarget(join(parent, 'other'), 'shown', false)).toBe('missing');
  });
});

test.each(['realpathSync', 'readdirSync'] as const)(
  'a dump that another run replaces while it is looked at is looked at again: %s',
  (call) => {
    plant(parent, { 'out/MANIFEST.json': '{}', 'next/MANIFEST.json': '{}' });
    let looks = 0;
    replaceCall(call, ((original: (...args: unknown[]) => unknown, ...args: unknown[]) => {
      if (args[0] === target && looks++ === 0) {
        renameSync(target, join(parent, 'earlier'));
        try {
          return original(...args);
        } finally {
          renameSync(join(parent, 'next'), target);
        }
      }
      return original(...args);
    }) as never);
    expect(examine()).toBe('earlier dump');
    expect(looks).toBeGreaterThan(1);
  },
);
