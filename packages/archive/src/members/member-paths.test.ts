import { join } from 'node:path';
import { ScratchFolder } from '@ekv/snapshot';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MemberPaths } from './member-paths.ts';

type Given = readonly [path: string, kind: 'file' | 'folder'];

/** @param arenaBytes so few that the paths are sorted on the disk. */
function checked(given: readonly Given[], arenaBytes?: number): string {
  const scratch = new ScratchFolder(temporaryFolder(), 'scratch');
  const paths = new MemberPaths(scratch, arenaBytes);
  try {
    for (const [path, kind] of given) paths.add(path, kind);
    paths.check();
    return 'in order';
  } catch (error) {
    return (error as Error).message;
  } finally {
    paths.close();
    scratch.remove();
  }
}

test.each<[string, readonly Given[], RegExp]>([
  [
    'files and folders beside each other',
    [
      ['a', 'folder'],
      ['a/b', 'file'],
      ['a-b', 'file'],
      ['ab', 'file'],
    ],
    /^in order$/,
  ],
  [
    'a folder that comes twice',
    [
      ['a', 'folder'],
      ['a', 'folder'],
    ],
    /^in order$/,
  ],
  [
    'two files of one path',
    [
      ['b', 'file'],
      ['a', 'file'],
      ['b', 'file'],
    ],
    /two members have the path "b"/,
  ],
  [
    'a file and a folder',
    [
      ['a', 'file'],
      ['a', 'folder'],
    ],
    /"a" is a file and a folder at once/,
  ],
  [
    'a file below a file, with others between',
    [
      ['a/x/b', 'file'],
      ['a-b', 'file'],
      ['a', 'file'],
    ],
    /"a" is a file and a folder at once/,
  ],
  [
    'the shortest names',
    [
      ['a', 'file'],
      ['a\xff', 'file'],
      ['a ', 'file'],
    ],
    /^in order$/,
  ],
])('%s', (_, given, answer) => {
  expect(checked(given)).toMatch(answer);
});

const name = fc.constantFrom('a', 'b', 'a-', 'ab', 'a\x01');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
const member = fc.tuple(path, fc.constantFrom('file', 'folder'));

/** By its definition. */
function clashes(given: readonly Given[]): boolean {
  return given.some(
    ([file, kind], i) =>
      kind === 'file' && given.some(([other], j) => i !== j && (other === file || other.startsWith(`${file}/`))),
  );
}

test('exactly what cannot be one tree is refused, also when it is sorted on the disk', () => {
  fc.assert(
    fc.property(fc.array(member, { maxLength: 12 }), fc.boolean(), (given, isOnDisk) => {
      const answer = checked(given as Given[], isOnDisk ? 1024 : undefined);
      expect(answer === 'in order').toBe(!clashes(given as Given[]));
    }),
    { numRuns: 60 },
  );
});

test('many paths in little memory', () => {
  const many: Given[] = Array.from({ length: 3000 }, (_, i) => [join('redis', String(i % 50), String(i)), 'file']);
  expect(checked(many, 1 << 12)).toBe('in order');
  expect(checked([...many, many[77]!], 1 << 12)).toMatch(/two members have the path "redis\/27\/77"/);
});
