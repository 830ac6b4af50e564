import { expect, test } from 'vitest';
import { readAhead } from './read-ahead.ts';

/** Notes what happens, in order; each entry has as many files as its number says. */
function walk(most: number, entries: readonly number[], failure?: Error, stopAt = Number.POSITIVE_INFINITY) {
  const happened: string[] = [];
  function* source() {
    try {
      for (const entry of entries) yield entry;
      if (failure !== undefined) throw failure;
    } finally {
      happened.push('end');
    }
  }
  const expectFiles = (entry: number) => {
    happened.push(`expect ${entry}`);
    return entry;
  };
  try {
    for (const entry of readAhead({ mostExpected: most }, source(), expectFiles)) {
      happened.push(`take ${entry}`);
      if (entry === stopAt) break;
    }
  } catch (error) {
    happened.push((error as Error).message);
  }
  return happened;
}

test('where nothing is read ahead nothing is expected', () => {
  expect(walk(0, [1, 2])).toEqual(['take 1', 'take 2', 'end']);
});

test('entries come in their order, after the files of those that follow are expected, up to as many as the tree takes', () => {
  expect(walk(3, [1, 2, 1, 0, 1])).toEqual([
    ...['expect 1', 'expect 2', 'take 1', 'expect 1', 'take 2', 'expect 0', 'expect 1', 'take 1', 'end'],
    ...['take 0', 'take 1'],
  ]);
});

test('entries without files are taken ahead too, but no more than so many', () => {
  expect(walk(2, [0, 0, 0])).toEqual(['expect 0', 'expect 0', 'take 0', 'expect 0', 'take 0', 'end', 'take 0']);
});

test('what fails ahead fails when its turn comes', () => {
  expect(walk(9, [1, 2], new Error('fails'))).toEqual([
    ...['expect 1', 'expect 2', 'end'],
    ...['take 1', 'take 2', 'fails'],
  ]);
});

test('the walk ahead ends when nobody takes on', () => {
  expect(walk(2, [1, 2, 3], undefined, 1)).toEqual(['expect 1', 'expect 2', 'take 1', 'end']);
});
