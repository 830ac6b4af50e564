import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputTree } from '@ekv/dump-tree';
import { ScratchFolder } from '@ekv/snapshot';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { TreeComparison } from './tree-comparison.ts';

function comparisonOf(root: string): TreeComparison {
  return new TreeComparison(new InputTree(root), {
    folder: 'a',
    isJson: () => false,
    acceptFormatting: false,
    isLineSet: () => false,
    comparedLine: () => undefined,
    completed: () => undefined,
    wholeOf: () => undefined,
    scratch: new ScratchFolder(root),
  });
}

const BODY = Buffer.alloc((2 << 20) + 77, 'body of an object ');

/** What is said when `decoded` is written in pieces where the input has `wanted`. */
function said(wanted: Buffer, decoded: Buffer): string | undefined {
  const root = temporaryFolder();
  plant(root, { 'a/large': wanted });
  const comparison = comparisonOf(root);
  const sink = comparison.pieces('a/large');
  for (let at = 0; at < decoded.length; at += 1 << 20) sink.write(decoded.subarray(at, at + (1 << 20)));
  sink.close();
  return comparison.finish().first();
}

test('a file that is written in pieces and is the same is no difference', () => {
  expect(said(BODY, BODY)).toBeUndefined();
});

test.each([1, 77, 1 << 20, BODY.length])(
  'a file of which decode gives all but the last %i bytes differs, and both sizes are told',
  (missing) => {
    const line = said(BODY, BODY.subarray(0, BODY.length - missing));
    expect(line).toContain('a/large (bytes differ): ');
    expect(line).toContain(`${BODY.length} bytes in the input, ${BODY.length - missing} decoded`);
  },
);

test('a file of which decode gives more than the input has differs', () => {
  expect(said(BODY.subarray(0, BODY.length - 1), BODY)).toContain('a/large (bytes differ)');
});

test('folders in each other are listed at any depth', { timeout: 30_000 }, () => {
  const root = temporaryFolder();
  let path = join(root, 'a');
  for (let level = 0; level < 1100; level++, path += '/d') mkdirSync(path);
  writeFileSync(`${path.slice(0, -2)}/f`, 'x');
  expect(comparisonOf(root).finish().first()).toContain('d/f (missing in scratch)');
});
