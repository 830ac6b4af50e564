import { DataError } from '@ekv/snapshot';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readOneValueHash, readOneValueSet, readOneValueSortedSet } from './one-value-forms.ts';

const FORMS = [
  { form: 'hash', magic: '00524801', parse: readOneValueHash },
  { form: 'set', magic: '00525301', parse: readOneValueSet },
  { form: 'sorted set', magic: '00525a01', parse: readOneValueSortedSet },
] as const;

test('a sorted set is read with scores of 8 bytes, little-endian', () => {
  const bytes = Buffer.from('00525a010a0c0a016d11000000000000f83f', 'hex');
  expect(readOneValueSortedSet(bytes, 0, bytes.length)).toEqual([{ member: Buffer.from('m'), score: 1.5 }]);
});

test.each(FORMS)('a $form is read from where it stands, and not beyond its end', ({ magic, parse }) => {
  const message = magic === '00525301' ? '0a0162' : '0a030a0162';
  const bytes = Buffer.from(`ff${magic}${message}${message}`, 'hex');
  expect(parse(bytes, 1, bytes.length - message.length / 2)).toHaveLength(1);
});

test.each(FORMS)('any bytes behind the magic of a $form are read or refused with a DataError', ({ magic, parse }) => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 12 }),
    // Fields 1 and 2 of the wire types that count, and groups.
    fc
      .constantFrom('0a', '0a02', '0a040a0278', '12', '11', '0b', '0c', '13', '14')
      .map((hex) => Buffer.from(hex, 'hex')),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const bytes = Buffer.concat([Buffer.from(magic, 'hex'), ...pieces]);
      try {
        parse(bytes, 0, bytes.length);
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
      }
    }),
    { numRuns: 500 },
  );
});

test('groups nested without end are refused with a DataError', () => {
  const bytes = Buffer.concat([Buffer.from('00525301', 'hex'), Buffer.alloc(200_000, 0x13)]);
  expect(() => readOneValueSet(bytes, 0, bytes.length)).toThrow(DataError);
});
