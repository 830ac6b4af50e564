import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { expect, test } from 'vitest';

const ENTRY = '\0entry';
const HERE = fileURLToPath(import.meta.url);

/** What a bundler makes of a program, minified. */
async function bundled(program: string): Promise<string> {
  const bundle = await rolldown({
    input: ENTRY,
    platform: 'node',
    external: [/^node:/],
    plugins: [
      {
        name: 'entry',
        resolveId: (id, from) =>
          id === ENTRY ? id : from === ENTRY ? fileURLToPath(new URL(id, import.meta.url)) : null,
        load: (id) => (id === ENTRY ? program : null),
      },
    ],
    cwd: fileURLToPath(new URL('.', `file://${HERE}`)),
  });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  return output.map((file) => (file.type === 'chunk' ? file.code : '')).join('');
}

const using = (name: string, from = './index.ts') =>
  bundled(`import { ${name} } from '${from}'; globalThis.used = ${name};`);

test('a bundle holds nothing of a package that it does not use', async () => {
  for (const from of ['./index.ts', './read/index.ts', './bridge/ioredis.ts', './bridge/node-redis.ts'])
    expect((await bundled(`import '${from}';`)).length).toBeLessThan(100);
});

test('stringRecord alone takes less than 2 kB of a bundle that is compressed, checks and errors with it', async () => {
  const code = await using('stringRecord');
  expect(gzipSync(code).length).toBeLessThan(2048);
  expect(code).not.toContain('node:fs');
});

test.each(['hashRecords', 'listRecords', 'setRecords', 'sortedSetRecords'])(
  '%s alone has nothing of files, trees and protobuf',
  async (name) => {
    const code = await using(name);
    expect(code.length).toBeLessThan(9000);
    expect(code).not.toContain('node:fs');
  },
);
