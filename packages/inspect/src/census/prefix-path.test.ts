import { LIVE } from '@ekv/snapshot';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PrefixPath, separatorsOf } from './prefix-path.ts';
import { NO_NODE, type PrefixNode, PrefixTree, ROOT } from './prefix-tree.ts';

const name = fc.array(fc.constantFrom(':', 'a', 'b', '\xff', 'long'), { maxLength: 9 }).map((parts) => parts.join(''));

function treeOf(names: readonly string[], most: number): PrefixNode {
  const tree = new PrefixTree(most);
  const path = new PrefixPath(tree);
  const separators = separatorsOf(':');
  for (const text of names) {
    const bytes = Buffer.from(`x${text}y`, 'latin1');
    for (;;) {
      const scope = tree.child(ROOT, 'scope');
      const node = path.nodeOf(scope, separators, bytes, 1, bytes.length - 1);
      if (node === NO_NODE) continue;
      tree.add(node, LIVE, 1);
      break;
    }
  }
  return tree.result(most);
}

function eachPrefix(node: PrefixNode, take: (prefix: string, rows: number) => void, before = ''): void {
  take(before, node.amounts.rows);
  for (const child of node.children) if (child.summedUp === 0) eachPrefix(child, take, before + child.name);
}

test('a prefix that ends in a separator has all names that begin so', () => {
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 60 }), (names) => {
      const found = new Map<string, number>();
      eachPrefix(treeOf(names, 1000).children[0]!, (prefix, rows) => found.set(prefix, rows));
      const want = new Map([['', names.length]]);
      for (const one of names)
        for (let i = 1; i <= one.length; i++)
          if (one[i - 1] === ':')
            want.set(one.slice(0, i), names.filter((other) => other.startsWith(one.slice(0, i))).length);
      expect(found).toEqual(want);
    }),
  );
});

test('when nodes are summed up on the way, nothing is lost, and no prefix is said to have more than it has', () => {
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 300 }), fc.boolean(), (names, isSorted) => {
      const given = isSorted ? names.toSorted() : names;
      const root = treeOf(given, 16);
      expect(root.amounts.rows).toBe(names.length);
      eachPrefix(root.children[0]!, (prefix, rows) =>
        expect(rows).toBeLessThanOrEqual(names.filter((one) => one.startsWith(prefix)).length),
      );
    }),
  );
});

test('of names in order the largest prefixes are told with all they have, whenever they come', () => {
  const small = Array.from({ length: 3000 }, (_, i) => `a:${String(i).padStart(4, '0')}:x`);
  const large = ['a:5:deep:', 'b:7:', 'b:9:'].flatMap((prefix) =>
    Array.from({ length: 500 }, (_, i) => `${prefix}${i}`),
  );
  const found = new Map<string, number>();
  eachPrefix(treeOf([...small, ...large].toSorted(), 40).children[0]!, (prefix, rows) => found.set(prefix, rows));
  expect(Object.fromEntries(found)).toMatchObject({
    '': 4500,
    'a:': 3500,
    'a:5:': 500,
    'a:5:deep:': 500,
    'b:': 1000,
    'b:7:': 500,
    'b:9:': 500,
  });
});

test('of a hostile name the first parts alone are told apart: those of a name of separators, and none of a long one without', () => {
  const depth = (node: PrefixNode): number => 1 + Math.max(0, ...node.children.map(depth));
  expect(depth(treeOf([':'.repeat(1 << 20)], 1000))).toBe(26);
  expect(depth(treeOf([`${'a'.repeat(1 << 20)}:`], 1000))).toBe(2);
});
