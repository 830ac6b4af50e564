import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TimeBucket } from '../report.ts';
import { evenStretches } from './even-stretches.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function bucket(fromMs: number, count = 1): TimeBucket {
  return { fromMs, count, bytes: 10 * count, byAdapter: { redis: { count, bytes: 10 * count } } };
}

function even(buckets: readonly TimeBucket[], widthMs = HOUR, most = 500) {
  return evenStretches({ widthMs, buckets, without: { count: 0, bytes: 0 } }, most);
}

test('stretches without anything are there', () => {
  expect(even([bucket(5 * HOUR, 2), bucket(8 * HOUR)])).toEqual({
    widthMs: HOUR,
    stretches: [
      { fromMs: 5 * HOUR, byAdapter: { redis: { count: 2, bytes: 20 } } },
      { fromMs: 6 * HOUR, byAdapter: {} },
      { fromMs: 7 * HOUR, byAdapter: {} },
      { fromMs: 8 * HOUR, byAdapter: { redis: { count: 1, bytes: 10 } } },
    ],
  });
});

test('what is far apart is in longer stretches', () => {
  const { widthMs, stretches } = even([bucket(0), bucket(HOUR), bucket(365 * DAY)]);
  expect(widthMs).toBe(DAY);
  expect(stretches).toHaveLength(366);
  expect(stretches[0]).toEqual({ fromMs: 0, byAdapter: { redis: { count: 2, bytes: 20 } } });
});

test('nothing has no stretches', () => {
  expect(even([])).toEqual({ widthMs: HOUR, stretches: [] });
});

test('whatever the times are, there are few stretches, and all is in them', () => {
  const time = fc.oneof(fc.nat(1000), fc.nat(8_640_000_000_000_000 / HOUR)).map((hour) => hour * HOUR);
  fc.assert(
    fc.property(fc.uniqueArray(time, { minLength: 1, maxLength: 50 }), (times) => {
      const { stretches, widthMs } = even(times.sort((a, b) => a - b).map((at) => bucket(at)));
      expect(stretches.length).toBeLessThanOrEqual(500);
      expect(stretches.reduce((all, { byAdapter }) => all + (byAdapter.redis?.count ?? 0), 0)).toBe(times.length);
      for (const [i, { fromMs }] of stretches.entries()) expect(fromMs).toBe(stretches[0]!.fromMs + i * widthMs);
    }),
  );
});

test('few stretches are as long as people count time, up to the last year that clocks know', () => {
  const widthOf = (lastMs: number) => even([bucket(0), bucket(lastMs)], HOUR, 24).widthMs / DAY;
  expect([2, 20, 150, 4 * 365, 20 * 365, 2.9e6].map((days) => widthOf(days * DAY))).toEqual([
    1 / 8,
    1,
    7,
    364,
    364,
    364_000,
  ]);
});
