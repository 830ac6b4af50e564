import { openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataError } from '@ekv/snapshot';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OpenFile } from '../input/open-file.ts';
import { JsonReader } from './json-reader.ts';
import { LongListFile } from './long-list-file.ts';

/** Fields and elements as text, or the complaint; `list` is the long one. */
type Read = string[] | { readonly refused: string };

const text = (value: unknown) => JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? `${one}n` : one));

function attempt(read: (seen: string[]) => void): Read {
  const seen: string[] = [];
  try {
    read(seen);
    return seen;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return { refused: error.message };
  }
}

function inParts(content: Buffer): Read {
  const path = join(temporaryFolder(), 'file.json');
  writeFileSync(path, content);
  const source = new OpenFile(openSync(path, 'r'), 'file.json', 0);
  try {
    return attempt((seen) => {
      const reader = new JsonReader();
      const file = new LongListFile(source, reader, { list: 'list', longest: 1 << 20 });
      for (let found = file.next(); found !== 'end'; found = file.next())
        seen.push(found === 'element' ? text(reader.value()) : `${file.field}: ${text(reader.value())}`);
    });
  } finally {
    source.close();
  }
}

function atOnce(content: Buffer): Read {
  return attempt((seen) => {
    const reader = new JsonReader();
    reader.reset('file.json', content);
    reader.object((field) => {
      if (field !== 'list') seen.push(`${field}: ${text(reader.value())}`);
      else if (!reader.takeNull()) reader.array(() => seen.push(text(reader.value())));
    });
    reader.end();
  });
}

const space = fc.constantFrom('', '', ' ', '\n', '\r\n\t ');
const value = fc.oneof(
  fc.constantFrom('0', '-12', '1.5e3', 'true', 'false', 'null', '[]', '{}', '""', '"]},:"', '"\\""', '"\u2603"'),
  fc.jsonValue().map((one) => JSON.stringify(one)),
);
const spaced = (parts: fc.Arbitrary<string>) => fc.tuple(space, parts, space).map((all) => all.join(''));
const list = fc.oneof(
  fc.array(spaced(value), { maxLength: 5 }).map((elements) => `[${elements.join()}]`),
  fc.constantFrom('null', '[ \n]', '7', '{}'),
);
const field = fc.oneof(
  fc.tuple(spaced(fc.constant('"list"')), spaced(list)),
  fc.tuple(spaced(fc.constantFrom('"a"', '"b"', '"\\u0061"', '"li\\u0073t"')), spaced(value)),
);
const file = spaced(
  fc.array(field, { maxLength: 4 }).map((fields) => `{${fields.map((pair) => pair.join(':')).join()}}`),
);

test('a file that is read in parts gives what it gives when it is read at once, and is refused where it is refused then', () => {
  fc.assert(
    fc.property(file, (content) => {
      const [parts, whole] = [inParts(Buffer.from(content)), atOnce(Buffer.from(content))];
      if (Array.isArray(whole)) expect(parts).toEqual(whole);
      else expect(parts).toHaveProperty('refused', expect.stringMatching(/^file\.json:\d+:\d+: /));
    }),
    { numRuns: 500 },
  );
}, 30_000);

test('a damaged file is refused by both ways of reading, or by none', () => {
  fc.assert(
    fc.property(
      file,
      fc.nat(),
      fc.constantFrom('', ',', ':', '}', ']', '{', '[', '"', '0', ' ', '\\', 'n', '\xff', '\0'),
      fc.nat({ max: 3 }),
      (content, place, inserted, removed) => {
        const bytes = Buffer.from(content);
        const at = place % (bytes.length + 1);
        const damaged = Buffer.concat([
          bytes.subarray(0, at),
          Buffer.from(inserted, 'latin1'),
          bytes.subarray(at + removed),
        ]);
        const [parts, whole] = [inParts(damaged), atOnce(damaged)];
        if (Array.isArray(whole)) expect(parts).toEqual(whole);
        else expect(parts).toHaveProperty('refused');
      },
    ),
    { numRuns: 1500 },
  );
}, 60_000);

test('an element of any number of blocks is read whole, and the place of a mistake behind it is right', () => {
  const long = 'x'.repeat(300_000);
  expect(inParts(Buffer.from(`{"list":[\n"${long}",\n1],"a":2}`))).toEqual([`"${long}"`, '"1n"', 'a: "2n"']);
  expect(inParts(Buffer.from(`{"list":[\n"${long}",\n1 2]}`))).toEqual({
    refused: 'file.json:3:3: a "," or "]" is missing',
  });
});

test('an element that is longer than allowed is refused', () => {
  expect(inParts(Buffer.from(`{"list":["${'x'.repeat(2 << 20)}"]}`))).toEqual({
    refused: 'file.json:1: a value is longer than 1048576 bytes',
  });
});
