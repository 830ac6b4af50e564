import { openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataError } from '@ekv/snapshot';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OpenFile } from '../input/open-file.ts';
import { LineReader } from './line-reader.ts';

interface Line {
  readonly text: string;
  readonly number: number;
  readonly offset: number;
}

function linesOf(content: Uint8Array | string, longest: number, tooLong?: 'refuse' | 'cut'): Line[] {
  const path = join(temporaryFolder(), 'lines');
  writeFileSync(path, content);
  const file = new OpenFile(openSync(path, 'r'), 'FILE', 0);
  try {
    const reader = new LineReader(file, longest, tooLong);
    const lines: Line[] = [];
    while (reader.next()) {
      const text = reader.bytes.toString('latin1', reader.start, reader.end);
      lines.push({ text, number: reader.number, offset: reader.offset });
    }
    return lines;
  } finally {
    file.close();
  }
}

const texts = (content: string, longest: number, tooLong?: 'refuse' | 'cut') =>
  linesOf(content, longest, tooLong).map((line) => line.text);

test.each([
  ['an empty file has no line', '', []],
  ['a last line needs no line feed', 'a\nb', ['a', 'b']],
  ['a line feed at the end starts no line', 'a\nb\n', ['a', 'b']],
  ['empty lines are lines', '\n\na\n', ['', '', 'a']],
  ['a carriage return belongs to the line', 'a\r\nb', ['a\r', 'b']],
])('%s', (_, content, lines) => {
  expect(texts(content, 10)).toEqual(lines);
});

test('lines come with number and offset, however long they are and wherever the blocks of the file end', () => {
  const line = fc.oneof(fc.constant(0), fc.nat(80), fc.nat(70_000), fc.constant(65_535), fc.constant(65_536));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lengths) => {
      const expected: Line[] = [];
      let offset = 0;
      lengths.forEach((length, i) => {
        expected.push({ text: String.fromCharCode(97 + i).repeat(length), number: i + 1, offset });
        offset += length + 1;
      });
      expect(linesOf(expected.map(({ text }) => `${text}\n`).join(''), 70_000)).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});

test('the longest line may be as long as the limit', () => {
  expect(texts(`${'a'.repeat(100)}\n`, 100)).toEqual(['a'.repeat(100)]);
});

test.each([101, 70_000, 300_000])('a line of %i bytes beyond the limit is refused with its number', (length) => {
  const read = () => texts(`a\n${'b'.repeat(length)}\nc\n`, 100);
  expect(read).toThrow(DataError);
  expect(read).toThrow('FILE:2: a line is longer than 100 bytes');
});

test.each([101, 65_536, 70_000, 300_000])('a line of %i bytes can be cut, and the next one is whole', (length) => {
  const lines = linesOf(`a\n${'b'.repeat(length)}\nc\n`, 100, 'cut');
  expect(lines).toHaveLength(3);
  expect(lines[1]!.text.length).toBeGreaterThan(100);
  expect(lines[1]!.text).toMatch(/^b+$/);
  expect(lines[2]).toEqual({ text: 'c', number: 3, offset: length + 3 });
});

test('a cut line may be the last one, without a line feed', () => {
  expect(linesOf(`a\n${'b'.repeat(200_000)}`, 100, 'cut')).toHaveLength(2);
});
