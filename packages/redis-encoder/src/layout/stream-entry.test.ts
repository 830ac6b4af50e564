import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { DataError } from '@ekv/snapshot';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readStreamEntry, writeStreamEntry } from './stream-entry.ts';

const text = fc.string({ unit: 'grapheme' }).map((some) => Buffer.from(some));
const pairs = fc.array(fc.tuple(text, text)).map((some) => some.flat());

test('an entry is magic bytes, the text of its id, and names and values in turn', () => {
  const value = writeStreamEntry('1714400000000-7', [Buffer.from('event'), Buffer.from('login')]);
  expect(Buffer.from(value).toString('hex')).toBe(
    '0052584501' + '0a0f313731343430303030303030302d37' + '12056576656e74' + '12056c6f67696e',
  );
});

test('an entry without fields is its id', () => {
  expect(Buffer.from(writeStreamEntry('0-1', [])).toString('hex')).toBe('00525845010a03302d31');
});

test('an empty name and an empty value are written', () => {
  expect(Buffer.from(writeStreamEntry('0-1', [Buffer.alloc(0), Buffer.alloc(0)])).toString('hex')).toBe(
    '00525845010a03302d3112001200',
  );
});

test('what is written is read back, wherever it stands', () => {
  fc.assert(
    fc.property(pairs, fc.nat({ max: 20 }), fc.nat({ max: 20 }), (fields, before, behind) => {
      const value = writeStreamEntry('1-1', fields);
      const bytes = Buffer.concat([Buffer.alloc(before, 0xff), value, Buffer.alloc(behind, 0xff)]);
      const read = readStreamEntry(bytes, before, before + value.length);
      expect(read.map((field) => field.toString('hex'))).toEqual(fields.map((field) => field.toString('hex')));
    }),
  );
});

test.each([
  ['is not valid UTF-8', [Buffer.from([0xff]), Buffer.alloc(0)], 'a string is not valid UTF-8'],
  ['is a surrogate', [Buffer.alloc(0), Buffer.from('eda080', 'hex')], 'a string is not valid UTF-8'],
  ['is an overlong form', [Buffer.alloc(0), Buffer.from('c080', 'hex')], 'a string is not valid UTF-8'],
  ['has no value', [Buffer.from('a')], 'entry 1-1: a field name has no value'],
])('a name or value that %s cannot be written', (_, fields, message) => {
  expect(() => writeStreamEntry('1-1', fields)).toThrow(new DataError(message));
});

test('any bytes are read or refused with a DataError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (message) => {
      const bytes = Buffer.concat([Buffer.from('0052584501', 'hex'), message]);
      try {
        expect(readStreamEntry(bytes, 0, bytes.length).length % 2).toBe(0);
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
      }
    }),
    { numRuns: 1000 },
  );
});

/** As a library for Protocol Buffers writes an entry. */
function asMessage(id: string, fields: readonly Buffer[]): Buffer {
  const writer = new BinaryWriter().raw(Buffer.from('0052584501', 'hex'));
  writer.tag(1, WireType.LengthDelimited).string(id);
  for (const field of fields) writer.tag(2, WireType.LengthDelimited).bytes(field);
  return Buffer.from(writer.finish());
}

test('an entry is the message that any writer makes, however long its parts are', { timeout: 60_000 }, () => {
  const size = fc.constantFrom(0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152);
  fc.assert(
    fc.property(size, size, pairs, (a, b, others) => {
      const fields = [Buffer.alloc(a, 'a'), Buffer.alloc(b, 'b'), ...others];
      expect(writeStreamEntry('1714400000000-7', fields).equals(asMessage('1714400000000-7', fields))).toBe(true);
    }),
    { numRuns: 30 },
  );
});
