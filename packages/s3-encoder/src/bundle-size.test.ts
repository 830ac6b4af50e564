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
  for (const from of ['./index.ts', './read/index.ts', './bridge/aws.ts', './bridge/folder.ts'])
    expect((await bundled(`import '${from}';`)).length).toBeLessThan(100);
});

test.each([
  ['fromObjects', './bridge/aws.ts', 3712],
  ['fromFolder', './bridge/folder.ts', 4096],
  // With what warn needs.
  ['objectRecords', './index.ts', 9216],
  ['Bucket', './index.ts', 12_288],
])('%s alone is small in a bundle, compressed', async (name, from, most) => {
  expect(gzipSync(await using(name, from)).length).toBeLessThan(most);
});

test('rows of objects have nothing of files and trees', async () => {
  const code = await using('objectRecords', './index.ts');
  expect(code).not.toContain('node:fs');
  expect(code).not.toContain('.elastickv-meta.json');
});

test('neither buckets from memory nor readers bring the thread along that takes digests for trees', async () => {
  for (const [name, from] of [
    ['Bucket', './index.ts'],
    ['s3Objects', './read/index.ts'],
  ] as const)
    expect(await using(name, from)).not.toContain('node:worker_threads');
});
