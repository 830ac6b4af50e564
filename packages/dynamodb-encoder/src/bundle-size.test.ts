import { gzipSync } from 'node:zlib';
import { bundled, bundleUsing } from '@ekv/test-support/bundle';
import { expect, test } from 'vitest';

const HERE = import.meta.dirname;

test('a bundle holds nothing of a package that it does not use', async () => {
  for (const from of ['./index.ts', './read/index.ts', './bridge/aws.ts'])
    expect((await bundled(`import '${from}';`, HERE)).length).toBeLessThan(100);
});

test.each([
  ['fromSdk', './bridge/aws.ts', 1536],
  ['fromExport', './bridge/aws.ts', 4096],
  // With protobuf, and with what warn needs.
  ['itemRecords', './index.ts', 12_288],
])('%s alone is small in a bundle, compressed', async (name, from, most) => {
  expect(gzipSync(await bundleUsing(name, from, HERE)).length).toBeLessThan(most);
});

test('rows of items have nothing of files and trees', async () => {
  const code = await bundleUsing('itemRecords', './index.ts', HERE);
  expect(code).not.toContain('node:fs');
  expect(code).not.toContain('_schema.json');
});
