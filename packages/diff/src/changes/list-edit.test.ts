import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ListEdit, listEdit } from './list-edit.ts';

function edited(from: readonly string[], to: readonly string[], { removed, added }: ListEdit): string[] {
  const kept = from.filter((_, place) => !removed.includes(place));
  for (const place of added) kept.splice(place, 0, to[place]!);
  return kept;
}

const list = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 });

test('an edit leads from one list to the other', () => {
  fc.assert(
    fc.property(list, list, (from, to) => {
      expect(edited(from, to, listEdit(from, to))).toEqual(to);
    }),
    { numRuns: 1000 },
  );
});

/** Of the longest list that is in both. */
function commonLength(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const letter of a) {
    const next = [0];
    for (const [j, other] of b.entries()) next.push(letter === other ? row[j]! + 1 : Math.max(row[j + 1]!, next[j]!));
    row = next;
  }
  return row.at(-1)!;
}

describe('it is the shortest', () => {
  test('of any two lists', () => {
    fc.assert(
      fc.property(list, list, (from, to) => {
        const { removed, added } = listEdit(from, to);
        expect(removed.length + added.length).toBe(from.length + to.length - 2 * commonLength(from, to));
      }),
      { numRuns: 1000 },
    );
  });

  test('of long lists, of which some elements went at one end and others came at the other', () => {
    const letters = Array.from({ length: 100_000 }, (_, i) => `${i % 7}-${i}`);
    const from = letters.slice(0, -3);
    const to = [...letters.slice(2, 50_000), 'x', ...letters.slice(50_000)];
    expect(listEdit(from, to)).toEqual({ removed: [0, 1], added: [49_998, 99_996, 99_997, 99_998] });
    expect(edited(from, to, listEdit(from, to))).toEqual(to);
  });

  test.each([
    ['an element less at the front', 'abcde', 'bcde', [0], []],
    ['one more at the end', 'abc', 'abcd', [], [3]],
    ['one moved', 'abcd', 'bcda', [0], [3]],
    ['one in the middle replaced', 'abc', 'axc', [1], [1]],
    ['nothing', 'abc', 'abc', [], []],
  ])('%s', (_, from, to, removed, added) => {
    expect(listEdit([...from], [...to])).toEqual({ removed, added });
  });
});

test('of lists that differ in most all between what they share at their ends is replaced', () => {
  const middle = (letter: string) => Array.from({ length: 2000 }, (_, i) => `${letter}${i}`);
  const [from, to] = [
    ['x', ...middle('a'), 'y'],
    ['x', ...middle('b'), 'y'],
  ];
  const { removed, added } = listEdit(from, to);
  expect([removed.length, removed[0], added.length, added[0]]).toEqual([2000, 1, 2000, 1]);
  expect(edited(from.slice(0, 100), to.slice(0, 100), listEdit(from.slice(0, 100), to.slice(0, 100)))).toEqual(
    to.slice(0, 100),
  );
});
