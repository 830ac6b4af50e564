import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  I64_MAX,
  I64_MIN,
  readSortable,
  readU64,
  U32_MAX,
  U64_MAX,
  writeSafeInteger,
  writeSortable,
  writeU64,
} from './integers.ts';

test('the bounds are those of the machine', () => {
  expect([U32_MAX, I64_MIN, I64_MAX, U64_MAX]).toEqual([
    4_294_967_295n,
    -9_223_372_036_854_775_808n,
    9_223_372_036_854_775_807n,
    18_446_744_073_709_551_615n,
  ]);
});

test('a u64 is written big-endian, at its place alone; of a negative number the low 64 bits', () => {
  const bytes = Buffer.alloc(10, 0xee);
  writeU64(bytes, 1, 0x0102030405060708n);
  expect(bytes.toString('hex')).toBe('ee0102030405060708ee');
  writeU64(bytes, 1, -1n);
  expect(bytes.toString('hex')).toBe('eeffffffffffffffffee');
});

test('i64s in sortable form come back, and their bytes are in the order of their values', () => {
  const sortable = (value: bigint) => {
    const bytes = Buffer.alloc(8);
    writeSortable(bytes, 0, value);
    return bytes;
  };
  const i64 = fc.oneof(fc.bigInt({ min: I64_MIN, max: I64_MAX }), fc.constantFrom(I64_MIN, -1n, 0n, 1n, I64_MAX));
  fc.assert(
    fc.property(i64, i64, (a, b) => {
      expect(readSortable(sortable(a), 0)).toBe(a);
      expect(Buffer.compare(sortable(a), sortable(b))).toBe(a < b ? -1 : a > b ? 1 : 0);
    }),
  );
});

test('a u64 is read as it was written', () => {
  const u64 = fc.oneof(fc.bigInt({ min: 0n, max: U64_MAX }), fc.bigInt({ min: 0n, max: 300n }));
  fc.assert(
    fc.property(u64, fc.nat(3), (value, at) => {
      const bytes = Buffer.alloc(12, 0xee);
      writeU64(bytes, at, value);
      expect(readU64(bytes, at)).toBe(value);
    }),
  );
});

test('a safe integer is written as the u64 that it is', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (value) => {
      const bytes = Buffer.alloc(8);
      writeSafeInteger(bytes, 0, value);
      expect(readU64(bytes, 0)).toBe(BigInt(value));
    }),
  );
});
