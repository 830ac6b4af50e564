import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputTree } from '@ekv/dump-tree';
import { ScratchFolder } from '@ekv/snapshot';
import { afterAll, expect, test } from 'vitest';
import { TreeComparison } from './tree-comparison.ts';

const root = mkdtempSync(join(tmpdir(), 'ekv-compared-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Digits do not count in files that end in `.lines`. */
const comparedLine = (path: string) =>
  path.endsWith('.lines')
    ? (line: Buffer) => Buffer.from(line.toString('latin1').replace(/[0-9]/g, ''), 'latin1')
    : undefined;

/** What a comparison says of a file of the input for which a decode writes the lines. */
function compared(name: string, wanted: string | undefined, lines: readonly string[]): string | undefined {
  rmSync(join(root, 'a'), { recursive: true, force: true });
  mkdirSync(join(root, 'a'));
  if (wanted !== undefined) writeFileSync(join(root, 'a', name), wanted);
  const scratch = new ScratchFolder(root);
  const options = {
    folder: 'a',
    isJson: () => false,
    acceptFormatting: false,
    isLineSet: () => false,
    comparedLine,
    completed: () => undefined,
    wholeOf: () => undefined,
    scratch,
  };
  const comparison = new TreeComparison(new InputTree(root), options);
  const sink = comparison.lines(`a/${name}`);
  for (const line of lines) sink.write(Buffer.from(line));
  sink.close();
  const first = comparison.finish().first();
  scratch.remove();
  return first;
}

test('lines that differ in what does not count are the same', () => {
  expect(compared('x.lines', 'a1\nb22\n', ['a9\n', 'b\n'])).toBeUndefined();
});

test.each([
  [
    'another line',
    'a1\nb1\n',
    ['a1\n', 'c1\n'],
    'a/x.lines (bytes differ): line 2: 2 bytes each, first at byte 0: "b\\n" in the input, "c\\n" decoded',
  ],
  [
    'a line too few in the input',
    'a1\n',
    ['a1\n', 'b1\n'],
    'a/x.lines (bytes differ): 1 lines in the input, more decoded',
  ],
  [
    'a line too many in the input',
    'a1\nb1\n',
    ['a1\n'],
    'a/x.lines (bytes differ): 1 lines decoded, more in the input',
  ],
  [
    'a missing line feed at the end',
    'a1\nb1',
    ['a1\n', 'b1\n'],
    'a/x.lines (bytes differ): line 2: 1 bytes in the input, 2 decoded',
  ],
  ['a missing file', undefined, ['a1\n'], 'a/x.lines (missing in input)'],
])('%s is a difference', (_, wanted, lines, difference) => {
  expect(compared('x.lines', wanted, lines)).toBe(difference);
});

test('a missing line feed shows also when the line is the longest of the file and fills a block', () => {
  const line = 'a'.repeat(65_535);
  expect(compared('x.lines', `\n${line}`, ['\n', `${line}\n`])).toContain('bytes differ');
});

test('other files are compared byte by byte', () => {
  expect(compared('x.bytes', 'a1\n', ['a2\n'])).toContain('a/x.bytes (bytes differ)');
});
