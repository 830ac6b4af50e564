import { COVERED, DELETED, LIVE, type VersionState } from '@ekv/snapshot';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NO_AMOUNTS, sumOf } from '../amounts.ts';
import type { Amounts } from '../report.ts';
import { NO_NODE, type PrefixNode, PrefixTree, ROOT } from './prefix-tree.ts';

interface Counted {
  readonly path: readonly string[];
  readonly state: VersionState;
  readonly bytes: number;
  readonly isUnit: boolean;
}

const names = fc.constantFrom('a:', 'b:', 'c:', '__proto__', '', '\xff', 'constructor');
const entries = fc.array(
  fc.record({
    path: fc.array(fc.oneof(names, fc.nat(40).map(String)), { maxLength: 5 }),
    state: fc.constantFrom<VersionState>(LIVE, COVERED, DELETED),
    bytes: fc.nat(1000),
    isUnit: fc.boolean(),
  }),
  { maxLength: 300 },
);

function treeOf(counted: readonly Counted[], most: number): PrefixTree {
  const tree = new PrefixTree(most);
  for (const { path, state, bytes, isUnit } of counted) {
    const node = nodeAt(tree, path);
    tree.add(node, state, bytes);
    if (isUnit) tree.addUnit(node);
  }
  return tree;
}

function nodeAt(tree: PrefixTree, path: readonly string[]): number {
  for (;;) {
    let node = ROOT;
    for (const name of path) {
      node = tree.child(node, name);
      if (node === NO_NODE) break;
    }
    if (node !== NO_NODE) return node;
  }
}

/** Of all entries below a path. */
function plainCount(counted: readonly Counted[], path: readonly string[]): Amounts {
  return sumOf(
    counted
      .filter((entry) => path.every((name, i) => entry.path[i] === name))
      .map(({ state, bytes, isUnit }) => ({
        ...NO_AMOUNTS,
        units: isUnit ? 1 : 0,
        ...(state === LIVE
          ? { rows: 1, liveBytes: bytes }
          : state === COVERED
            ? { oldVersions: 1, oldBytes: bytes }
            : { tombstones: 1, tombstoneBytes: bytes }),
      })),
  );
}

function each(
  node: PrefixNode,
  take: (node: PrefixNode, path: readonly string[]) => void,
  path: readonly string[] = [],
) {
  take(node, path);
  for (const child of node.children) each(child, take, [...path, child.name]);
}

test('with room for all, each node has the amounts of a plain count', () => {
  fc.assert(
    fc.property(entries, (counted) => {
      let nodes = 0;
      each(treeOf(counted, 5000).result(5000), ({ amounts, summedUp }, path) => {
        expect(summedUp).toBe(0);
        expect(amounts).toEqual(plainCount(counted, path));
        nodes++;
      });
      expect(nodes).toBe(
        1 + new Set(counted.flatMap(({ path }) => path.map((_, i) => path.slice(0, i + 1).join('\0x')))).size,
      );
    }),
  );
});

test('however few nodes there may be, sums are exact: nothing is lost, and no part is said to have more than it has', () => {
  fc.assert(
    fc.property(entries, fc.integer({ min: 16, max: 60 }), fc.integer({ min: 1, max: 40 }), (counted, most, given) => {
      const root = treeOf(counted, most).result(given);
      expect(root.amounts).toEqual(plainCount(counted, []));
      let own = 0;
      each(root, ({ amounts, children, summedUp }, path) => {
        if (summedUp > 0) {
          expect(children).toEqual([]);
          return;
        }
        own++;
        const all = plainCount(counted, path);
        for (const name of Object.keys(all) as Array<keyof Amounts>) {
          expect(amounts[name]).toBeLessThanOrEqual(all[name]);
          expect(sumOf(children.map((child) => child.amounts))[name]).toBeLessThanOrEqual(amounts[name]);
        }
      });
      expect(own - 1).toBeLessThanOrEqual(given);
    }),
  );
});

test('the largest stay, and are told with all they have', () => {
  const scope = ['redis', 'string'];
  const entry = (path: readonly string[], bytes: number) =>
    ({ path: [...scope, ...path], state: LIVE, bytes, isUnit: true }) as const;
  const large = Array.from({ length: 20 }, (_, i) => entry(['large', `${i}`], 1e6 + i));
  const small = Array.from({ length: 5000 }, (_, i) => entry([`s${i}`], 10));
  const counted = small.flatMap((one, i) => (i % 250 === 0 ? [one, large[i / 250]!] : [one]));
  const root = treeOf(counted, 200).result(25);
  const strings = root.children[0]!.children[0]!;
  const [first, ...others] = strings.children;
  expect(first).toMatchObject({ name: 'large', amounts: { units: 20 } });
  expect(first!.children.map(({ name, amounts }) => [name, amounts.liveBytes])).toEqual(
    large.map(({ path, bytes }) => [path.at(-1), bytes]).reverse(),
  );
  expect(others.reduce((sum, { summedUp }) => sum + summedUp, 0)).toBeGreaterThan(4900);
  expect(strings.amounts.units).toBe(5020);
});

test('of scopes the largest 1,000 stay, also when prefixes in others are larger', () => {
  const large = Array.from(
    { length: 3000 },
    (_, i) => ({ path: ['redis', 'string', `${i}:`], state: LIVE, bytes: 1000, isUnit: true }) as const,
  );
  const tables = Array.from(
    { length: 1500 },
    (_, i) => ({ path: ['dynamodb', `t${i}`], state: LIVE, bytes: i, isUnit: true }) as const,
  );
  const root = treeOf([...tables, ...large], 8000).result(2000);
  const dynamodb = root.children.find(({ name }) => name === 'dynamodb')!;
  expect(dynamodb.children.filter(({ summedUp }) => summedUp === 0)).toHaveLength(999);
  expect(dynamodb.children.at(-1)!.summedUp).toBe(501);
});
