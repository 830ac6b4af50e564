import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Largest } from './largest.ts';

test('the largest are those of a sort that keeps the order of equal ones', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30), { maxLength: 200 }), fc.nat(20), (weights, most) => {
      const largest = new Largest<number>(most);
      for (const [i, weight] of weights.entries()) largest.add(weight, i);
      const sorted = weights.map((_, i) => i).sort((a, b) => weights[b]! - weights[a]! || a - b);
      expect(largest.items()).toEqual(sorted.slice(0, most));
    }),
  );
});

test('what it says to accept is what it takes', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30), { maxLength: 100 }), fc.nat(10), (weights, most) => {
      const largest = new Largest<number>(most);
      weights.forEach((weight, i) => {
        const accepts = largest.accepts(weight);
        largest.add(weight, i);
        expect(largest.items().includes(i)).toBe(accepts);
      });
    }),
  );
});
