import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NamedUnits } from './named-units.ts';

test('of few units all are candidates, with the sums of their rows', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 1000 })), { maxLength: 100 }), (rows) => {
      const named = new NamedUnits<number>(10);
      const sums = new Map<number, number>();
      for (const [unit, weight] of rows) {
        named.add(`unit ${unit}`, weight, () => unit);
        sums.set(unit, (sums.get(unit) ?? 0) + weight);
      }
      expect(named.candidates().sort()).toEqual([...sums.keys()].sort());
      for (const [unit, sum] of sums) expect(named.weightOf(`unit ${unit}`)).toBe(sum);
      expect(named.weightOf('another')).toBe(0);
    }),
    { numRuns: 20 },
  );
});

test('of very many the largest are among them, however their rows come, and the candidates stay few', () => {
  const named = new NamedUnits<number>(10);
  const isLarge = (unit: number) => unit % 5000 === 17;
  for (let round = 0; round < 8; round++)
    for (let unit = 0; unit < 50_000; unit++)
      if (round === 0 || isLarge(unit)) named.add(`unit ${unit}`, 100, () => unit);
  const candidates = named.candidates();
  expect(candidates.filter(isLarge)).toHaveLength(10);
  expect(candidates.length).toBeLessThanOrEqual(80);
});

test('when none are asked for there are none', () => {
  const named = new NamedUnits<number>(0);
  named.add('a', 5, () => 1);
  expect(named.candidates()).toEqual([]);
});
