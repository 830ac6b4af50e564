import { DataError } from '@ekv/snapshot';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WIRE, WireReader } from './wire-reader.ts';

/** @param hex of a message; other messages stand around it. */
function reading(hex: string): { reader: WireReader; end: number } {
  const message = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  return {
    reader: new WireReader(Buffer.concat([Buffer.from('0805', 'hex'), message, Buffer.from('0807', 'hex')]), 2),
    end: 2 + message.length,
  };
}

function skipped(hex: string): number[] {
  const { reader, end } = reading(hex);
  const fields: number[] = [];
  while (reader.next(end)) {
    fields.push(reader.field);
    reader.skip(end);
  }
  expect(reader.at).toBe(end);
  return fields;
}

/** A varint of any value, with `more` needless bytes. */
function varint(value: bigint, more = 0): string {
  const bytes: number[] = [];
  for (let left = value; left > 0n || bytes.length === 0; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80);
  for (let i = 0; i < more && bytes.length < 10; i++) bytes.push(0x80);
  bytes[bytes.length - 1]! &= 0x7f;
  return Buffer.from(bytes).toString('hex');
}

describe('a message', () => {
  test('without bytes has no field', () => {
    expect(skipped('')).toEqual([]);
  });

  test('gives its fields by number and wire type, and nothing of what stands around it', () => {
    const { reader, end } = reading('0a 03 616263 10 01 19 000000000000f83f 25 aabbccdd 2a 04 0a 02 c3a9');
    expect(reader.next(end) && reader.isDelimited(1)).toBe(true);
    expect(reader.take(end).toString()).toBe('abc');
    expect([reader.next(end), reader.field, reader.wireType, reader.truth(end)]).toEqual([true, 2, WIRE.varint, true]);
    expect([reader.next(end), reader.wireType, reader.double(end)]).toEqual([true, WIRE.bit64, 1.5]);
    expect([reader.next(end), reader.wireType]).toEqual([true, WIRE.bit32]);
    reader.skip(end);
    expect(reader.next(end)).toBe(true);
    const inner = reader.delimitedEnd(end);
    expect([reader.next(inner), reader.text(inner).toString(), reader.next(inner), reader.next(end)]).toEqual([
      true,
      'é',
      false,
      false,
    ]);
  });

  test('may have fields of every type and groups in groups, which are passed over', () => {
    expect(skipped('08 ffffffffffffffffff01 11 0102030405060708 1a 00 23 08 05 2b 0a 01 ff 2c 24 35 01020304')).toEqual(
      [1, 2, 3, 4, 6],
    );
  });

  test('may have field numbers up to 2^29 - 1', () => {
    expect(skipped(`${varint((2n ** 29n - 1n) << 3n)} 00`)).toEqual([2 ** 29 - 1]);
  });
});

describe('a number', () => {
  test('of 64 bits is exact, in a varint of any length up to 10 bytes', () => {
    const u64 = fc.oneof(
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.constantFrom(2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n),
    );
    fc.assert(
      fc.property(u64, fc.nat(9), (value, more) => {
        const { reader, end } = reading(`08${varint(value, more)}`);
        expect([reader.next(end), reader.unsigned(end), reader.at]).toEqual([true, value, end]);
      }),
    );
  });
});

test.each([
  ['a field number of 0', '02 00', 'a field number is 0 or too large'],
  ['a field number of 2^29', `${varint((2n ** 29n) << 3n)} 00`, 'a field number is 0 or too large'],
  ['a length beyond the end', '0a 03 6162', 'a length runs past the end'],
  ['a length of 2^63', `0a ${varint(2n ** 63n)}`, 'a length runs past the end'],
  ['a number that is cut', '08 80', 'a number is cut short or longer than 10 bytes'],
  ['a number that is missing', '08', 'a number is cut short or longer than 10 bytes'],
  ['a number of 11 bytes', '08 8080808080808080808000', 'a number is cut short or longer than 10 bytes'],
  ['a number of 65 bits', '08 ffffffffffffffffff02', 'a number has more than 64 bits'],
  ['a field of 8 bytes that is cut', '09 00000000000000', 'a field is cut short'],
  ['a field of 4 bytes that is cut', '0d 000000', 'a field is cut short'],
  ['a group that does not end', '0b 10 01', 'a group does not end'],
  ['a group that ends as another', '0b 14', 'a group ends that is not the last one begun'],
  ['the end of no group', '0c', 'a group ends that did not begin'],
  ['a wire type of 6', '0e', 'the wire type 6 does not exist'],
])('a message with %s is refused', (_, hex, rule) => {
  expect(() => skipped(hex)).toThrow(new DataError(`the protobuf message is broken: ${rule}`));
});

test.each(['ff', 'c3', 'eda080', 'c080', 'f5808080'])('a text of the bytes %s is no UTF-8', (hex) => {
  const { reader, end } = reading(`0a ${varint(BigInt(hex.length / 2))} ${hex}`);
  reader.next(end);
  expect(() => reader.text(end)).toThrow(new DataError('a string is not valid UTF-8'));
});

test('any bytes are read or refused with a DataError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      try {
        skipped(Buffer.from(bytes).toString('hex'));
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
      }
    }),
    { numRuns: 2000 },
  );
});
