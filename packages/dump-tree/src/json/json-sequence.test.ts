import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataError } from '@ekv/snapshot';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { OpenFile } from '../input/open-file.ts';
import { JsonReader } from './json-reader.ts';
import { JsonSequence } from './json-sequence.ts';

const folder = mkdtempSync(join(tmpdir(), 'ekv-sequence-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Walk {
  readonly longest?: number;
  /** Is called behind each value. */
  readonly between?: (reader: JsonReader) => void;
}

/** All values of a file, as JSON text without white space. */
function valuesOf(content: string, { longest = 1 << 20, between = () => {} }: Walk = {}): string[] {
  const path = join(folder, 'file.jsonl');
  writeFileSync(path, content);
  const file = new OpenFile(openSync(path, 'r'), 'file.jsonl', 0);
  try {
    const reader = new JsonReader();
    const sequence = new JsonSequence(file, reader, longest);
    const values: string[] = [];
    while (sequence.next()) {
      values.push(JSON.stringify(reader.value(), (_, value) => (typeof value === 'bigint' ? Number(value) : value)));
      between(reader);
    }
    return values;
  } finally {
    file.close();
  }
}

const objects = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue().filter(isPlain), { noNullPrototype: true });

/** Numbers that the reader gives as they are written are not compared. */
function isPlain(value: unknown): boolean {
  return !/\d/.test(JSON.stringify(value));
}

const separators = fc.constantFrom('', '\n', '\n', '\n', '\r\n', ' ', '\n\n', '\t \n ');

test('values come as they were written, whatever white space is between and inside them', () => {
  const pieces = fc.array(fc.tuple(objects, fc.constantFrom(undefined, 2), separators), { maxLength: 20 });
  fc.assert(
    fc.property(pieces, (parts) => {
      const content = parts
        .map(([value, indent, separator]) => JSON.stringify(value, null, indent) + separator)
        .join('');
      expect(valuesOf(content)).toEqual(parts.map(([value]) => JSON.stringify(value)));
    }),
  );
});

test('values come right wherever the blocks of the file end', () => {
  const line = `{"a":"${'x'.repeat(995)}"}`;
  for (const before of [65_530, 65_535, 65_536, 65_537]) {
    const content = `${' '.repeat(before - 500)}${`${line}\n`.repeat(140)}{}`;
    expect(valuesOf(content)).toEqual([...Array<string>(140).fill(line), '{}']);
  }
});

test('a reader that is used for something else between two values does no harm', () => {
  const between = (reader: JsonReader) => {
    reader.reset('other', Buffer.from('{"b":1}'));
    reader.value();
  };
  expect(valuesOf('{"a":1}{"a":2}\n{"a":3} {"a":4}\n{"a":5}\n', { between })).toHaveLength(5);
});

test.each([
  ['{"a":1}\n{"a":}\n{"a":1}\n', 'file.jsonl:2:6: '],
  ['{"a":1}{"a":1} {"a":}\n{}\n', 'file.jsonl:1:21: '],
  ['{"a":1}\n}\n{}\n', 'file.jsonl:2:1: '],
  ['{"a":1}]\n{}\n', 'file.jsonl:1:8: '],
  ['{"a":1}\n\n  {"a":\n1 2}\n{}\n', 'file.jsonl:4:3: '],
])('the complaint about %j names line and column', (content, place) => {
  expect(() => valuesOf(content)).toThrow(place);
});

test('a value above the limit is refused, also when it has a line of its own', () => {
  const long = `{"a":"${'x'.repeat(200_000)}"}`;
  expect(() => valuesOf(`{}\n${long}\n{}\n`, { longest: 100_000 })).toThrow(DataError);
  expect(valuesOf(`{}\n${long}\n{}\n`)).toHaveLength(3);
});

test.each([
  ['in the first block', 0],
  ['behind the first block', 70_000],
  ['across the end of the first block', 65_530],
])('bytes that are no UTF-8 are refused with their line, %s', (_, before) => {
  const path = join(folder, 'invalid.jsonl');
  const lines = `{"a":"${'x'.repeat(Math.max(0, before - 9))}"}\n`;
  writeFileSync(path, Buffer.from(`${lines}{"b":"\xff"}\n{}\n`, 'latin1'));
  const file = new OpenFile(openSync(path, 'r'), 'FILE', 0);
  const reader = new JsonReader();
  const sequence = new JsonSequence(file, reader, 1 << 20);
  expect(sequence.next()).toBe(true);
  reader.value();
  const read = () => sequence.next() && reader.value();
  expect(read).toThrow(/^FILE:2:7: invalid UTF-8/);
  file.close();
});

test('the line in which a value begins is known, whatever lines the values fill', () => {
  const path = join(folder, 'lines.jsonl');
  writeFileSync(path, '{"a":1}\n{"a":2}{"a":3}\n\n{\n"a":4\n}\n{"a":5}\n');
  const file = new OpenFile(openSync(path, 'r'), 'lines.jsonl', 0);
  const reader = new JsonReader();
  const sequence = new JsonSequence(file, reader, 1 << 20);
  const lines: number[] = [];
  while (sequence.next()) {
    lines.push(sequence.line);
    reader.value();
  }
  file.close();
  expect(lines).toEqual([1, 2, 2, 4, 7]);
});
