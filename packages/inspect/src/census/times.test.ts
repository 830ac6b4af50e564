import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ADAPTER_ORDER } from './adapter-cells.ts';
import { Times } from './times.ts';

const HOUR = 3_600_000;

type Given = readonly [adapter: number, ms: number, bytes: number];

function distributionOf(given: readonly Given[]) {
  const times = new Times();
  for (const [adapter, ms, bytes] of given) times.add(adapter, ms, bytes);
  return times.distribution();
}

function expectPlainCount(given: readonly Given[]): void {
  const { widthMs, buckets } = distributionOf(given);
  expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(given.length);
  for (const { fromMs, count, bytes, byAdapter } of buckets) {
    expect(fromMs % widthMs).toBe(0);
    const here = given.filter(([, ms]) => ms >= fromMs && ms < fromMs + widthMs);
    expect([count, bytes]).toEqual([here.length, here.reduce((sum, [, , size]) => sum + size, 0)]);
    for (const [adapter, name] of ADAPTER_ORDER.entries())
      expect(byAdapter[name]?.count ?? 0).toBe(here.filter(([one]) => one === adapter).length);
  }
}

test('within some weeks counts are by the hour', () => {
  const time = fc.tuple(
    fc.nat(3),
    fc.integer({ min: 1_700_000_000_000, max: 1_700_000_000_000 + 900 * HOUR }),
    fc.nat(9),
  );
  fc.assert(
    fc.property(fc.array(time, { maxLength: 300 }), (given) => {
      expect(distributionOf(given).widthMs).toBe(HOUR);
      expectPlainCount(given);
    }),
  );
});

test('however far apart the times are, there are no more than 1,000 stretches of one length, and all is counted', () => {
  const time = fc.tuple(
    fc.nat(3),
    fc.oneof(fc.nat(2 ** 31), fc.integer({ min: 0, max: 8_640_000_000_000_000 })),
    fc.nat(9),
  );
  fc.assert(
    fc.property(fc.array(time, { minLength: 1001, maxLength: 3000 }), (given) => {
      expect(distributionOf(given).buckets.length).toBeLessThanOrEqual(1000);
      expectPlainCount(given);
    }),
    { numRuns: 5 },
  );
});

test('what no calendar has is counted as without a time', () => {
  const { buckets, without } = distributionOf([
    [0, 8_640_000_000_000_000, 1],
    [0, 8_640_000_000_000_001, 2],
    [1, Number.POSITIVE_INFINITY, 4],
  ]);
  expect(buckets.map(({ count }) => count)).toEqual([1]);
  expect(without).toEqual({ count: 2, bytes: 6 });
});
