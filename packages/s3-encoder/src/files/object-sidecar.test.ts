import { JsonBytes, JsonReader, UnknownFields } from '@ekv/dump-tree';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSidecar, writeSidecar } from './object-sidecar.ts';

/** Reads all sidecars as if none were as they are written. */
class OtherReader extends JsonReader {
  override takeBytes(): boolean {
    return false;
  }
}

function read(text: string, reader = new JsonReader()): unknown {
  const unknownFields = new UnknownFields();
  const unknown: string[] = [];
  try {
    const found = readSidecar({ tree: { display: (path) => path }, reader, unknownFields }, 'file', Buffer.from(text));
    unknownFields.report(({ message }) => void unknown.push(message));
    const { userMetadata, ...others } = found;
    const metadata = userMetadata && [...userMetadata].map(([name, value]) => [name, String(value)]);
    const plain = Object.entries(others).map(([name, value]) => [name, Buffer.isBuffer(value) ? String(value) : value]);
    return { unknown, metadata, plain: Object.fromEntries(plain) };
  } catch (error) {
    return (error as Error).message;
  }
}

const text = fc
  .oneof(fc.constant(''), fc.string({ unit: 'grapheme', maxLength: 8 }), fc.constantFrom('<\u2028>', '"\\\n'))
  .map((some) => Buffer.from(some));
const written = fc
  .record({
    etag: text,
    size: fc.oneof(fc.bigInt({ min: 0n, max: 5000n }), fc.bigInt({ min: 0n, max: 2n ** 63n - 1n })),
    lastModified: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    contentType: text,
    contentEncoding: text,
    cacheControl: text,
    contentDisposition: text,
    userMetadata: fc
      .dictionary(fc.string({ maxLength: 5 }), text, { maxKeys: 3 })
      .map((all) => new Map(Object.entries(all))),
  })
  .map((fields) => {
    const json = new JsonBytes();
    writeSidecar(json, fields);
    return json.view().toString();
  });

test('a sidecar as it is written says what it says when it is read field by field', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(written, (sidecar) => {
      const found = read(sidecar);
      expect(found).toEqual(read(sidecar, new OtherReader()));
      expect(found).toMatchObject({ unknown: [] });
    }),
    { numRuns: 500 },
  );
});

test('a sidecar in which something is changed says the same read field by field, or is refused in the same words', {
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
    '\\ud800',
    '\t',
    ',',
    ' ',
    ',\n  "etag": "x"',
    ',\n  "x": 1',
    '[]',
  );
  fc.assert(
    fc.property(written, fc.nat(), fc.nat({ max: 12 }), put, (sidecar, place, cut, more) => {
      const at = place % (sidecar.length + 1);
      const changed = `${sidecar.slice(0, at)}${more}${sidecar.slice(at + cut)}`;
      expect(read(changed)).toEqual(read(changed, new OtherReader()));
    }),
    { numRuns: 1000 },
  );
});
