import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RowFingerprint } from './row-fingerprint.ts';

type Row = readonly [key: Uint8Array, value: Uint8Array];

function fingerprintOf(rows: readonly Row[]): RowFingerprint {
  const fingerprint = new RowFingerprint();
  for (const [key, value] of rows) fingerprint.add(key, value);
  return fingerprint;
}

const bytes = fc.uint8Array({ maxLength: 20 });
const rows = fc.array(fc.tuple(bytes, bytes), { minLength: 1, maxLength: 30 });

test('the order of rows does not count', () => {
  fc.assert(
    fc.property(rows, fc.func(fc.integer()), (given, rank) => {
      const shuffled = given.map((row, i) => ({ row, at: rank(i) })).sort((a, b) => a.at - b.at);
      expect(fingerprintOf(shuffled.map(({ row }) => row)).equals(fingerprintOf(given))).toBe(true);
    }),
  );
});

test('a row more, a row twice, or a row with another byte counts', () => {
  fc.assert(
    fc.property(rows, fc.nat(), fc.nat(), (given, which, where) => {
      const fingerprint = fingerprintOf(given);
      const [key, value] = given[which % given.length]!;
      expect(fingerprintOf([...given, [key, value]]).equals(fingerprint)).toBe(false);
      expect(fingerprintOf(given.slice(1)).equals(fingerprint)).toBe(false);
      if (value.length === 0) return;
      const other = Uint8Array.from(value);
      other[where % other.length]! ^= 1;
      const changed = given.map((row, i) => (i === which % given.length ? ([key, other] as const) : row));
      expect(fingerprintOf(changed).equals(fingerprint)).toBe(false);
    }),
  );
});

test('a byte that moves from the key to the value counts', () => {
  const [a, b] = [Buffer.from('a'), Buffer.from('b')];
  expect(fingerprintOf([[Buffer.from('ab'), a]]).equals(fingerprintOf([[a, Buffer.from('ba')]]))).toBe(false);
  expect(fingerprintOf([[a, b]]).equals(fingerprintOf([[b, a]]))).toBe(false);
});

test('two equal rows do not cancel each other out', () => {
  const row: Row = [Buffer.from('a'), Buffer.from('b')];
  expect(fingerprintOf([row, row]).equals(fingerprintOf([]))).toBe(false);
});

test('rows of any size are taken', () => {
  const large = Buffer.alloc(3 << 20, 7);
  expect(fingerprintOf([[large, large]]).equals(fingerprintOf([[large, large]]))).toBe(true);
  expect(fingerprintOf([[large, large]]).rows).toBe(1);
});
