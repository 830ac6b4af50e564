import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeSortableScore } from './score.ts';

function scoreBytes(score: number): Buffer {
  const bytes = Buffer.alloc(8);
  writeSortableScore(bytes, 0, score);
  return bytes;
}

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

test('a score is written at its offset and nowhere else', () => {
  const bytes = Buffer.alloc(12, 0x55);
  writeSortableScore(bytes, 1, -1);
  expect(bytes.toString('hex')).toBe('55400fffffffffffff555555');
});
