import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { expect, test } from 'vitest';

const ENTRY = '\0entry';

/** What a bundler makes of a program, minified. */
async function bundled(program: string): Promise<string> {
  const bundle = await rolldown({
    input: ENTRY,
    platform: 'node',
    plugins: [
      {
        name: 'entry',
        resolveId: (id, from) =>
          id === ENTRY ? id : from === ENTRY ? fileURLToPath(new URL(id, import.meta.url)) : null,
        load: (id) => (id === ENTRY ? program : null),
      },
    ],
    cwd: import.meta.dirname,
  });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  return output.map((file) => (file.type === 'chunk' ? file.code : '')).join('');
}

function using(name: string, from: string): Promise<string> {
  return bundled(`import { ${name} } from '${from}'; globalThis.used = ${name};`);
}

test('a bundle holds nothing of a package that it does not use', async () => {
  for (const from of ['./index.ts', './read/index.ts', './bridge/aws.ts'])
    expect((await bundled(`import '${from}';`)).length).toBeLessThan(100);
});

test.each([
  ['fromSdk', './bridge/aws.ts', 1024],
  ['fromExport', './bridge/aws.ts', 4096],
  // With protobuf, and with what warn needs.
  ['itemRecords', './index.ts', 10_240],
])('%s alone is small in a bundle, compressed', async (name, from, most) => {
  expect(gzipSync(await using(name, from)).length).toBeLessThan(most);
});

test('rows of items have nothing of files and trees', async () => {
  const code = await using('itemRecords', './index.ts');
  expect(code).not.toContain('node:fs');
  expect(code).not.toContain('_schema.json');
});
