import { expect, test } from 'vitest';
import { snapshotTime } from './snapshot-time.ts';

const NOW = Date.parse('2026-11-25T10:00:00.000Z');
const TS = BigInt(NOW - 5000) << 16n;

function timeOf(clockCeilingMs: bigint | undefined, lastCommitTs = TS) {
  return snapshotTime({ wrapperVersion: 1, clockCeilingMs, lastCommitTs }, NOW);
}

test('a snapshot was taken 10 s before the ceiling of its wrapper', () => {
  expect(timeOf(BigInt(NOW - 50_500))).toEqual({
    takenAt: new Date(NOW - 60_500),
    takenAtIsApproximate: false,
    ageSeconds: 60,
  });
});

test.each([undefined, 0n, 9_999n, 10_000n, 2n ** 64n - 1n])(
  'without a usable ceiling (%s) the timestamp of the header tells, as an approximation',
  (ceiling) => {
    expect(timeOf(ceiling)).toEqual({ takenAt: new Date(NOW - 5000), takenAtIsApproximate: true, ageSeconds: 5 });
  },
);

test('a node that had committed nothing yet tells no time', () => {
  expect(timeOf(0n, 0n)).toEqual({ takenAt: undefined, takenAtIsApproximate: true, ageSeconds: undefined });
});

test('a time that is still to come has the age 0', () => {
  expect(timeOf(BigInt(NOW + 20_000)).ageSeconds).toBe(0);
});

test('every timestamp of a header is a date', () => {
  expect(timeOf(undefined, 2n ** 64n - 1n).takenAt?.toISOString()).toBe('+010889-08-02T05:31:50.655Z');
  expect(timeOf(8_640_000_000_000_000n).takenAt?.toISOString()).toMatch(/^\+275760/);
});
