import { expect, test } from 'vitest';
import { missingGroups, withLastGroup } from './groups-left.ts';

const THREE = [1n, 3n, 2n];

test('one input left without a number is of the one group left', () => {
  expect(withLastGroup(THREE, [undefined, 3n, 1n])).toEqual([2n, 3n, 1n]);
});

test('two inputs left stay without a number, and one where two groups are left, or none', () => {
  expect(withLastGroup(THREE, [1n, undefined, undefined])).toEqual([1n, undefined, undefined]);
  expect(withLastGroup(THREE, [1n, undefined])).toEqual([1n, undefined]);
  expect(withLastGroup(THREE, [1n, 2n, 3n, undefined])).toEqual([1n, 2n, 3n, undefined]);
});

test('groups of the cluster that have no input are missing, but for those that inputs of unknown groups may be of', () => {
  expect(missingGroups(THREE, [1n])).toEqual([2n, 3n]);
  expect(missingGroups(THREE, [1n, undefined])).toEqual([2n, 3n]);
  expect(missingGroups(THREE, [1n, undefined, undefined])).toEqual([]);
  expect(missingGroups(THREE, [1n, 2n, 3n, 9n])).toEqual([]);
});
