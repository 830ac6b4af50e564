import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SMALLER } from '../embedded-report.ts';
import type { Branch } from '../report-data.ts';
import { leaf, sum } from '../sample-report.test-data.ts';
import { drawnParts } from './drawn-parts.ts';

test('a tree that has room is there whole, by size', () => {
  const tree = sum('all', 'snapshot', [
    leaf('a', 1),
    sum('b', 'adapter', [leaf('b1', 2), leaf('b2', 30)], { address: 'b/' }),
  ]);
  expect(drawnParts(tree)).toEqual([
    [-1, 'all', 'snapshot', 33, 0, 3],
    [0, 'b', 'adapter', 32, 0, 2, 'b/'],
    [0, 'a', 'prefix', 1, 0, 1],
    [1, 'b2', 'prefix', 30, 0, 1],
    [1, 'b1', 'prefix', 2, 0, 1],
  ]);
});

test('what is summed up is one part more, and what children do not add up to another', () => {
  const tree = { ...leaf('all', 10, 5, 3), children: [leaf('a', 4, 1, 1)] };
  const smaller = { parts: 7, bytes: 2, past: 1, units: 3 };
  expect(drawnParts({ ...tree, smaller }).slice(2)).toEqual([
    [0, '7', SMALLER, 2, 1, 3],
    [0, '0', SMALLER, 4, 1, 1],
  ]);
  expect(drawnParts(tree).slice(2)).toEqual([[0, '0', SMALLER, 6, 2, 4]]);
  expect(drawnParts({ ...tree, smaller: { parts: 7, bytes: 6, past: 2, units: 4 } }).slice(2)).toEqual([
    [0, '7', SMALLER, 6, 2, 4],
  ]);
  // Never more than there is.
  expect(drawnParts({ ...tree, smaller: { parts: 7, bytes: 60, past: 2, units: 4 } }).slice(2)).toEqual([
    [0, '7', SMALLER, 6, 2, 4],
  ]);
});

test('of 200,000 parts the largest have room, and the sums stay', () => {
  const scopes = Array.from({ length: 100 }, (_, i) =>
    sum(
      `scope${i}`,
      'table',
      Array.from({ length: 2000 }, (_, k) => leaf(`p${k}`, 1 + ((k * 7919) % 1000), 1, k % 2)),
    ),
  );
  const tree = sum('all', 'snapshot', [...scopes, leaf('huge', 1e9)]);
  const parts = drawnParts(tree);
  expect(parts.filter(([, , kind]) => kind !== SMALLER).length).toBe(20_000);
  expect(parts.slice(0, 2).map(([, name]) => name)).toEqual(['all', 'huge']);
  expectSums(parts);
  const dropped = parts.filter(([, , kind]) => kind === SMALLER).reduce((all, [, count]) => all + Number(count), 0);
  expect(dropped).toBe(200_102 - 20_000);
});

test('an address is there where it is another text than the name, and null where there is none', () => {
  const long = 'x'.repeat(1000);
  const tree = sum('all', 'snapshot', [
    { ...leaf('a', 9), address: 'a' },
    { ...leaf('b', 8), address: '' },
    { ...leaf('c', 7), address: null },
    leaf(long, 6),
  ]);
  const addresses = drawnParts(tree).map((part) => part[6]);
  expect(addresses).toEqual([undefined, undefined, '', null, null]);
});

test('names of a megabyte take no more room than others', () => {
  const tree = sum(
    'all',
    'snapshot',
    Array.from({ length: 50 }, (_, i) => leaf(`${i}${'x'.repeat(1 << 20)}`, 5)),
  );
  expect(JSON.stringify(drawnParts(tree)).length).toBeLessThan(20_000);
});

test('names that are all long and escaped stay in their room', () => {
  const name = '\u{e0001}'.repeat(300);
  const tree = sum(
    'all',
    'snapshot',
    Array.from({ length: 20_000 }, (_, i) => leaf(`${i}${name}`, 5)),
  );
  const parts = drawnParts(tree);
  expect(JSON.stringify(parts).length).toBeLessThan(2_500_000);
  expectSums(parts);
});

test('a tree may be deeper than the stack', () => {
  let tree = leaf('end', 1);
  for (let depth = 0; depth < 15_000; depth++) tree = sum(`${depth}/`, 'prefix', [tree]);
  expect(drawnParts(tree)).toHaveLength(15_001);
});

test('a number that counts nothing is refused', () => {
  expect(() => drawnParts(leaf('a', Number.NaN))).toThrow('bytes of the part a must be a whole number from 0');
  expect(() => drawnParts(sum('b', 'snapshot', [leaf('a', 1, -1)]))).toThrow(RangeError);
});

const { tree } = fc.letrec<{ tree: Branch }>((tie) => ({
  tree: fc
    .tuple(
      fc.string(),
      fc.nat(1000),
      fc.nat(10),
      fc.oneof({ depthSize: 'small' }, fc.constant([]), fc.array(tie('tree'), { maxLength: 4 })),
    )
    .map(([name, own, past, children]) => {
      const all = sum(name, 'prefix', children);
      return { ...all, bytes: all.bytes + own, past: all.past + past, units: all.units + 1 };
    }),
}));

test('in any tree parts stand behind their parents and add up to them', () => {
  fc.assert(fc.property(tree, (it) => expectSums(drawnParts(it))));
});

function expectSums(parts: ReturnType<typeof drawnParts>): void {
  const sums = new Map<number, [number, number, number]>();
  for (const [at, [parent, , , bytes, past, units]] of parts.entries()) {
    if (at > 0 && (parent < 0 || parent >= at)) throw new Error(`the parent of ${at} is ${parent}`);
    const before = sums.get(parent) ?? [0, 0, 0];
    sums.set(parent, [before[0] + bytes, before[1] + past, before[2] + units]);
  }
  sums.delete(-1);
  for (const [at, amounts] of sums) expect(parts[at]!.slice(3, 6)).toEqual(amounts);
}
