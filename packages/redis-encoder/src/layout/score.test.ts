import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeSortableScore, writeSortableSequence } from './score.ts';

function sequenceBytes(sequence: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  writeSortableSequence(bytes, 0, sequence);
  return bytes;
}

function scoreBytes(score: number): Buffer {
  const bytes = Buffer.alloc(8);
  writeSortableScore(bytes, 0, score);
  return bytes;
}

const sequence = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(-(2n ** 63n), -1n, 0n, 1n, 2n ** 63n - 1n),
);

test.each([
  [-3n, '7ffffffffffffffd'],
  [0n, '8000000000000000'],
  [1n, '8000000000000001'],
  [-(2n ** 63n), '0000000000000000'],
  [2n ** 63n - 1n, 'ffffffffffffffff'],
])('the sequence number %d has the bytes %s', (value, hex) => {
  expect(sequenceBytes(value).toString('hex')).toBe(hex);
});

test('the bytes of sequence numbers are in the order of the numbers', () => {
  fc.assert(
    fc.property(sequence, sequence, (a, b) => {
      expect(Buffer.compare(sequenceBytes(a), sequenceBytes(b))).toBe(a < b ? -1 : a > b ? 1 : 0);
    }),
  );
});

test.each([
  [2.5, 'c004000000000000'],
  [0, '8000000000000000'],
  [-0, '8000000000000000'],
  [Number.NEGATIVE_INFINITY, '000fffffffffffff'],
  [Number.POSITIVE_INFINITY, 'fff0000000000000'],
  [-1, '400fffffffffffff'],
  [5e-324, '8000000000000001'],
  [-5e-324, '7ffffffffffffffe'],
])('the score %d has the bytes %s', (score, hex) => {
  expect(scoreBytes(score).toString('hex')).toBe(hex);
});

test('the bytes of scores are in the order of the scores, both zeros are one', () => {
  const score = fc.double({ noNaN: true });
  fc.assert(
    fc.property(score, score, (a, b) => {
      expect(Buffer.compare(scoreBytes(a), scoreBytes(b))).toBe(a < b ? -1 : a > b ? 1 : 0);
    }),
    { numRuns: 1000 },
  );
});

test('numbers are written at their place and nowhere else', () => {
  const bytes = Buffer.alloc(24, 0x55);
  writeSortableScore(bytes, 1, -1);
  writeSortableSequence(bytes, 12, -3n);
  expect(bytes.toString('hex')).toBe('55400fffffffffffff5555557ffffffffffffffd55555555');
});
