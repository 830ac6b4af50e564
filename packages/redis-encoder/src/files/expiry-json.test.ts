import { JsonReader, UnknownFields } from '@ekv/dump-tree';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readExpiryLine, writeExpiryLine } from './expiry-json.ts';

/** Reads all lines as if none were as they are written. */
class OtherReader extends JsonReader {
  override takeBytes(): boolean {
    return false;
  }
}

function read(line: string, reader = new JsonReader()): unknown {
  const unknownFields = new UnknownFields();
  const unknown: string[] = [];
  try {
    reader.reset('file', Buffer.from(line));
    const found = readExpiryLine({ tree: { display: (path) => path }, reader, unknownFields }, 'file');
    reader.end();
    unknownFields.report(({ message }) => void unknown.push(message));
    return { ...found, unknown };
  } catch (error) {
    return (error as Error).message;
  }
}

const expiry = fc.oneof(fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
const name = fc.stringMatching(/^[A-Za-z0-9._%-]{0,20}$/);

test('a line is read as it was written', () => {
  fc.assert(
    fc.property(name, expiry, (key, expireAtMs) => {
      const line = writeExpiryLine({ name: key, expireAtMs }).toString();
      expect(read(line)).toEqual({ name: key, expireAtMs, unknown: [] });
      expect(read(line, new OtherReader())).toEqual(read(line));
    }),
  );
});

test('a line in which something is changed says the same read field by field, or is refused in the same words', {
  timeout: 60_000,
}, () => {
  const put = fc.constantFrom(
    '',
    'null',
    '"',
    '}',
    '{',
    '5',
    '-5',
    '1e3',
    '\\u0041',
    '\\',
    ',"key":"x"',
    ',"x":1',
    ' ',
    '\t',
    '\u00e9',
  );
  fc.assert(
    fc.property(name, expiry, fc.nat(), fc.nat({ max: 12 }), put, (key, expireAtMs, place, cut, more) => {
      const line = writeExpiryLine({ name: key, expireAtMs }).toString().trimEnd();
      const at = place % line.length;
      const changed = `${line.slice(0, at)}${more}${line.slice(at + cut)}`;
      expect(read(changed)).toEqual(read(changed, new OtherReader()));
    }),
    { numRuns: 1000 },
  );
});
