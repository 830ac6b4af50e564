import { gzipSync } from 'node:zlib';
import { bundled, bundleUsing } from '@ekv/test-support/bundle';
import { expect, test } from 'vitest';

const HERE = import.meta.dirname;

test('a bundle holds nothing of a package that it does not use', async () => {
  for (const from of ['./index.ts', './read/index.ts', './bridge/ioredis.ts', './bridge/node-redis.ts'])
    expect((await bundled(`import '${from}';`, HERE)).length).toBeLessThan(100);
});

test('stringRecord alone takes less than 2.5 kB of a bundle that is compressed, checks and errors with it', async () => {
  const code = await bundleUsing('stringRecord', './index.ts', HERE);
  expect(gzipSync(code).length).toBeLessThan(2560);
  expect(code).not.toContain('node:fs');
});

test.each(['hashRecords', 'listRecords', 'setRecords', 'sortedSetRecords'])(
  '%s alone has nothing of files, trees and protobuf',
  async (name) => {
    const code = await bundleUsing(name, './index.ts', HERE);
    expect(code.length).toBeLessThan(10_752);
    expect(code).not.toContain('node:fs');
  },
);
