import { join } from 'node:path';
import { ADAPTER_NAMES, publishSnapshot } from '@ekv/core';
import { inspectInputs } from '@ekv/inspect';
import { countedInReport, countedPlainly, TOP } from '@ekv/test-support/counted-report';
import { plainCount, plainVersions } from '@ekv/test-support/plain-count';
import { expect, test, vi } from 'vitest';
import { generateTree } from './generate-tree.ts';
import { writeShape } from './odd/odd-shape.ts';
import { ODD_SHAPES } from './odd/shapes.ts';
import { scratchFolder } from './scratch-folder.test-data.ts';
import { SHAPES } from './shape-names.ts';

// Each test writes a tree, and the folder is removed as a whole.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const folder = scratchFolder();

/** Encodes a tree, and compares what is said of the snapshot with a count that knows nothing of the packages. */
function expectCounted(tree: string): void {
  const output = `${tree}.fsm`;
  publishSnapshot({ input: tree, output, adapters: ADAPTER_NAMES, toolVersion: 'ekv/test' });
  const { versions, lastCommitTs } = plainVersions(output);
  const count = plainCount(versions, lastCommitTs);
  expect(count.units.length).toBeGreaterThan(0);
  const ofFile = inspectInputs({ inputs: [{ path: output }], tool: 'ekv/test', top: TOP, quick: true });
  expect(countedInReport(ofFile)).toEqual(countedPlainly(count));
}

// With few records all units are compared, with many the largest of each adapter.
test.each(SHAPES.flatMap((shape) => [100, 600].map((records) => ({ shape, records }))))(
  'what inspect counts in a tree of the shape $shape with $records records is what a plain count gives',
  ({ shape, records }) => {
    const tree = join(folder, `${shape}-${records}`);
    generateTree(shape, tree, { records, valueBytes: 60, seed: records });
    expectCounted(tree);
  },
);

test.each(ODD_SHAPES)('what inspect counts in $name and its usual tree is what a plain count gives', (shape) => {
  const [odd, plain] = ['odd', 'plain'].map((name) => join(folder, `${shape.name}-${name}`));
  writeShape(shape, 60, odd!);
  writeShape(shape.plain, 60, plain!);
  expectCounted(odd!);
  expectCounted(plain!);
});
