import { expect, test } from 'vitest';
import { floorSummary, type Round, summary } from './steps.ts';

/** A round in which encode with 2 workers takes `wall` seconds, its floor `floor`. */
function round(wall: number, floor: number): Round {
  return {
    floors: { 'encode floor': { wall: floor, cpu: 2 }, 'encode floor, two threads': { wall: floor / 2, cpu: 2 } },
    programs: [{ program: 'encode', workers: 2, wall, cpu: 1, peakBytes: wall * 100 }],
    seconds: 1,
  };
}

const ROUNDS = [round(4, 1), round(6, 6), round(10, 5)];

test('a ratio is the median of the ratios of single rounds, not the ratio of medians', () => {
  expect(summary('encode', 2, ROUNDS)).toEqual({
    wall: 6,
    cpu: 1,
    rounds: 3,
    peakBytes: 600,
    wallToFloor: 2,
    cpuToFloor: 0.5,
    wallToTwoThreads: 4,
  });
  expect(floorSummary('encode floor', ROUNDS)).toEqual({ wall: 5, cpu: 2 });
});

test('what was not measured has no summary', () => {
  expect(summary('decode', 2, ROUNDS)).toBeUndefined();
  expect(summary('encode', 1, ROUNDS)).toBeUndefined();
  expect(floorSummary('MD5', ROUNDS)).toBeUndefined();
});
