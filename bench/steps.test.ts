import { expect, test } from 'vitest';
import { summary } from './steps.ts';

/** A run in which encode takes `wall` seconds, its floor `floor`. */
function run(wall: number, floor: number) {
  return { encode: { wall, cpu: 1, peakBytes: wall * 100 }, 'encode floor': { wall: floor, cpu: 2 } };
}

test('a ratio is the median of the ratios of single runs, not the ratio of medians', () => {
  const { wall, wallToFloor, cpuToFloor, peakBytes } = summary('encode', [run(4, 1), run(6, 6), run(10, 5)])!;
  expect({ wall, wallToFloor, cpuToFloor, peakBytes }).toEqual({
    wall: 6,
    wallToFloor: 2,
    cpuToFloor: 0.5,
    peakBytes: 600,
  });
});

test('a step that was not measured has no summary', () => {
  expect(summary('decode', [run(1, 1)])).toBeUndefined();
});
