import { ScratchFolder } from '@ekv/snapshot';
import { afterEach, expect, test } from 'vitest';
import { SequenceNumbers } from './sequence-numbers.ts';

const scratch = new ScratchFolder();
afterEach(() => scratch.remove());

type Repeat = readonly [number: bigint, line: number, earlier: number];

/** @param messages partition and number, line by line. */
function repeats(numbers: SequenceNumbers, messages: Iterable<readonly [number, bigint]>): Repeat[] {
  numbers.begin();
  let line = 0;
  for (const [partition, number] of messages) numbers.add(partition, number, 0n, ++line);
  const found: Repeat[] = [];
  numbers.repeated((...repeat) => found.push(repeat));
  return found;
}

/** Numbers from 1 on in two partitions by turns, then what is given. */
function* growing(count: number, ...last: Array<readonly [number, bigint]>): Generator<readonly [number, bigint]> {
  for (let i = 0; i < count; i++) yield [i % 2, 1n + (BigInt(i) >> 1n)];
  yield* last;
}

test('a repeat of the first number is told however many grew between', () => {
  const numbers = new SequenceNumbers(scratch);
  for (const count of [2, 32_768, 32_769, 100_000]) {
    const [line, wanted] = [count + 1, [[1n, count + 1, 2]]];
    expect(repeats(numbers, growing(count, [1, 1n])), `line ${line}`).toEqual(wanted);
  }
});

test('numbers that grow in their partitions are all different, and so are those of the next queue', () => {
  const numbers = new SequenceNumbers(scratch);
  expect(repeats(numbers, growing(70_000))).toEqual([]);
  expect(repeats(numbers, growing(10, [0, 2n ** 64n - 1n], [1, 2n ** 64n - 1n]))).toEqual([]);
});

test('a lower number alone is no repeat', () => {
  expect(
    repeats(new SequenceNumbers(scratch), [
      [0, 9n],
      [0, 4n],
      [0, 7n],
    ]),
  ).toEqual([]);
});
