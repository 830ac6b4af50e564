import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawnParts } from '../../bounds/drawn-parts.ts';
import { leaf, sampleReport, sum } from '../../sample-report.test-data.ts';
import type { Box } from './box.ts';
import { flameBoxes } from './flame-graph.ts';
import { MEASURES } from './measures.ts';
import { partsOf } from './part.ts';
import { treemapBoxes } from './treemap.ts';

const parts = partsOf(drawnParts(sampleReport().tree));
const [live, , units] = MEASURES;
const named = (name: string) => parts.find((part) => part.name === name)!;

function isIn(a: Box, b: Box): boolean {
  return (
    a.left >= b.left && a.top >= b.top && a.left + a.width <= b.left + b.width && a.top + a.height <= b.top + b.height
  );
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;
}

describe('treemap', () => {
  test('parts stand in the picture and in the frame of the part around, and siblings beside each other', () => {
    for (const part of parts.slice(0, 40)) {
      const boxes = treemapBoxes(part, live!, 900, 400);
      for (const box of boxes) {
        expect(isIn(box, { ...box, left: 0, top: 0, width: 900, height: 400 })).toBe(true);
        const frame = boxes.find((it) => it.part === box.part.parent);
        if (frame !== undefined) expect(isIn(box, frame) && frame.isFrame).toBe(true);
        const siblings = boxes.filter((it) => it.part.parent === box.part.parent && it !== box);
        expect(siblings.some((it) => overlap(it, box))).toBe(false);
      }
    }
  });

  test('areas are as the measure', () => {
    const area = (name: string) => {
      const box = treemapBoxes(parts[0]!, live!, 2000, 1000).find(({ part }) => part === named(name))!;
      return box.width * box.height;
    };
    const ratio = live!.of(named('redis')) / live!.of(named('s3'));
    expect(area('redis') / area('s3')).toBeCloseTo(ratio, 1);
  });

  test('no part is drawn of which the measure has nothing', () => {
    const [whole] = partsOf(drawnParts(sum('all', 'snapshot', [leaf('a', 5, 0), leaf('b', 0, 0, 9)])));
    expect(treemapBoxes(whole!, live!, 900, 400).map(({ part }) => part.name)).toEqual(['a']);
    expect(treemapBoxes(whole!, units!, 900, 400)).toEqual([]);
  });
});

describe('flame graph', () => {
  test('what is around a part stands above it over the whole width', () => {
    const boxes = flameBoxes(named('session:'), live!, 900);
    expect(boxes.filter(({ level }) => level === 0).map(({ part, width }) => [part.name, width])).toEqual([
      ['everything', 898],
      ['redis', 898],
      ['string', 898],
      ['session:', 898],
    ]);
  });

  test('parts stand below the part around, within its width, and siblings beside each other', () => {
    for (const part of parts.slice(0, 40)) {
      const boxes = flameBoxes(part, live!, 900);
      for (const box of boxes.filter(({ level }) => level > 0)) {
        const around = boxes.find((it) => it.part === box.part.parent)!;
        expect(box.top).toBe(around.top + 30);
        expect(box.left).toBeGreaterThanOrEqual(around.left);
        expect(box.left + box.width).toBeLessThanOrEqual(around.left + around.width + 0.001);
        expect(boxes.some((it) => it !== box && overlap(it, box))).toBe(false);
      }
    }
  });

  test('a tree of a thousand levels has as many rows as can be looked at', () => {
    let tree = leaf('end', 1);
    for (let depth = 0; depth < 1000; depth++) tree = sum(`${depth}/`, 'prefix', [tree]);
    expect(flameBoxes(partsOf(drawnParts(tree))[0]!, live!, 900)).toHaveLength(9);
  });
});

test('any tree can be drawn in any width', () => {
  const branch = fc.record({ bytes: fc.nat(1e6), past: fc.nat(9), units: fc.nat(9) });
  fc.assert(
    fc.property(fc.array(branch, { maxLength: 30 }), fc.integer({ min: 1, max: 2000 }), (leaves, width) => {
      const children = leaves.map((amounts, i) => ({ name: `${i}`, kind: 'prefix', ...amounts }));
      const [whole] = partsOf(drawnParts(sum('all', 'snapshot', children)));
      for (const measure of MEASURES) {
        const boxes = [...treemapBoxes(whole!, measure, width, 300), ...flameBoxes(whole!, measure, width)];
        for (const box of boxes) {
          expect(Number.isFinite(box.left + box.top + box.width + box.height)).toBe(true);
          expect(box.left + box.width).toBeLessThanOrEqual(width + 0.001);
        }
      }
    }),
  );
});
