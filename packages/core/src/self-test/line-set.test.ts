import { InputTree } from '@ekv/dump-tree';
import { ScratchFolder } from '@ekv/snapshot';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LineSet } from './line-set.ts';

let folder: string;
let scratch: ScratchFolder;
beforeEach(() => {
  folder = temporaryFolder();
  scratch = new ScratchFolder(folder, 'scratch');
});
afterEach(() => scratch.remove());

function ofPieces(...pieces: readonly (string | Uint8Array)[]): LineSet {
  const set = new LineSet(scratch);
  for (const piece of pieces) set.add(Buffer.from(piece));
  return set;
}

function ofFile(content: string): LineSet {
  plant(folder, { lines: content });
  const file = new InputTree(folder).openOptional('lines')!;
  try {
    return LineSet.ofFile(file, scratch);
  } finally {
    file.close();
  }
}

test.each([
  ['in another order', 'b\na\n'],
  ['with repetitions', 'a\nb\na\nb\n'],
  ['with other line ends', 'a\r\nb\r\n'],
  ['without the last line end', 'a\nb'],
])('lines are the same set %s', (_, content) => {
  expect(ofFile(content).equals(ofPieces('a\nb\n'))).toBe(true);
});

test.each([
  ['a line less', 'a\n'],
  ['a line more', 'a\nb\nc\n'],
  ['another line', 'a\nc\n'],
  ['a longer line', 'a\nbb\n'],
  ['an empty line', 'a\n\nb\n'],
  ['no line', ''],
])('lines are another set with %s', (_, content) => {
  expect(ofFile(content).equals(ofPieces('a\nb\n'))).toBe(false);
  expect(ofPieces('a\nb\n').equals(ofFile(content))).toBe(false);
});

test('two sets without a line are equal', () => {
  expect(ofFile('').equals(ofPieces())).toBe(true);
});

test('a text gives the same lines wherever it is cut into pieces', () => {
  const text = fc.stringMatching(/^[ab\n]{0,40}$/);
  fc.assert(
    fc.property(text, fc.array(fc.nat(40)), (whole, cuts) => {
      const ends = [...cuts, whole.length].sort((a, b) => a - b);
      const pieces = ends.map((end, i) => whole.slice(ends[i - 1] ?? 0, end));
      expect(ofPieces(...pieces).equals(ofFile(whole))).toBe(true);
    }),
  );
});
