import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ADAPTER_ORDER } from './adapter-cells.ts';
import { Sizes } from './sizes.ts';

const rows = fc.array(
  fc.tuple(fc.nat(3), fc.oneof(fc.nat(40), fc.nat(2 ** 32 - 1), fc.constantFrom(1, 2, 1023, 1024))),
  {
    maxLength: 60,
  },
);

test('each row stands in the bucket of its size, in all and of its adapter', () => {
  fc.assert(
    fc.property(rows, (given) => {
      const sizes = new Sizes();
      for (const [adapter, bytes] of given) sizes.add(adapter, bytes);
      const { buckets } = sizes.distribution();
      expect(buckets.reduce((sum, bucket) => sum + bucket.rows, 0)).toBe(given.length);
      for (const [i, { from, below, rows, bytes, byAdapter }] of buckets.entries()) {
        if (i > 0) expect(from).toBe(buckets[i - 1]!.below);
        const here = given.filter(([, size]) => size >= from && size < below);
        expect([rows, bytes]).toEqual([here.length, here.reduce((sum, [, size]) => sum + size, 0)]);
        for (const [adapter, name] of ADAPTER_ORDER.entries()) {
          const ours = here.filter(([one]) => one === adapter);
          const want = { rows: ours.length, bytes: ours.reduce((sum, [, size]) => sum + size, 0) };
          expect(byAdapter[name]).toEqual(ours.length === 0 ? undefined : want);
        }
      }
      expect(buckets.at(0)?.rows).not.toBe(0);
      expect(buckets.at(-1)?.rows).not.toBe(0);
    }),
  );
});
