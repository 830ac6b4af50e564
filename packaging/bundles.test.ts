import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Installed } from './installed.ts';
import { ENTRIES, PUBLISHED, ROOT } from './published.ts';

const run = promisify(execFile);
const FORMS = [
  ['esm', 'mjs'],
  ['cjs', 'cjs'],
] as const;

let app: Installed;
beforeAll(() => {
  app = new Installed().flat(PUBLISHED.map(({ name }) => name));
});
afterAll(() => app.remove());

/** Bundles a program with all that it imports. @returns the path of the bundle. */
async function bundled(name: string, program: string, format: 'esm' | 'cjs', options = {}): Promise<string> {
  const outfile = join(app.folder, `${name}.${format === 'esm' ? 'mjs' : 'cjs'}`);
  await build({
    stdin: { contents: program, resolveDir: app.folder, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format,
    outfile,
    logLevel: 'error',
    // What it warns of in CommonJS is a file that looks for others beside it.
    logOverride: { 'empty-import-meta': 'error' },
    ...options,
  });
  return outfile;
}

/** What a bundle prints; nothing may stand beside it, in no other folder either, so it runs where nothing is. */
async function output(bundle: string, ...words: string[]): Promise<string> {
  const { stdout, stderr } = await run(process.execPath, [bundle, ...words], { cwd: app.folder, timeout: 60_000 });
  expect(stderr).toBe('');
  return stdout;
}

test('there are entries', () => {
  expect(ENTRIES).toContain('@ekv/s3-encoder/decode');
  expect(ENTRIES.length).toBeGreaterThan(15);
});

test.each(FORMS)('every entry of every package loads from a bundle, %s', async (format, extension) => {
  await Promise.all(
    ENTRIES.map((entry, i) => bundled(`entry-${i}`, `export * from '${entry}';`, format, { minify: true })),
  );
  const loader = join(app.folder, `load-${extension}.mjs`);
  const names = ENTRIES.map((_, i) => `./entry-${i}.${extension}`);
  writeFileSync(
    loader,
    `const names = ${JSON.stringify(names)};
     for (const name of names) console.log(name, await import(name).then((it) => Object.keys(it).length >= 0, (error) => error.stack));`,
  );
  expect(await output(loader)).toBe(names.map((name) => `${name} true\n`).join(''));
});

const BODY_BYTES = (64 << 20) + 4097;
const SIDECAR = {
  format_version: 1,
  etag: '0'.repeat(32),
  size_bytes: BODY_BYTES,
  last_modified: '2026-11-23T08:19:54.99Z',
};

/** A tree with two objects above 64 MiB, of which one has an etag that is wrong. */
function treeOfLargeObjects(): void {
  const tree = join(app.folder, 'tree');
  cpSync(join(ROOT, 'fixtures/golden/live/all-four/tree'), tree, { recursive: true });
  rmSync(join(tree, 'CHECKSUMS'));
  const md5 = createHash('md5').update(Buffer.alloc(BODY_BYTES)).digest('hex');
  for (const [name, etag] of [
    ['right', md5],
    ['wrong', SIDECAR.etag],
  ] as const) {
    const path = join(tree, 's3/thumbs', name);
    writeFileSync(path, '');
    truncateSync(path, BODY_BYTES);
    writeFileSync(`${path}.elastickv-meta.json`, JSON.stringify({ ...SIDECAR, etag }));
  }
}

const ROUND_TRIP = `
import { decodeSnapshot, publishSnapshot } from '@ekv/core';
const adapters = ['redis', 'dynamodb', 's3', 'sqs'] as const;
const events: string[] = [];
const options = { warn: ({ event, message }) => void events.push(event + (/etag/.test(message) ? ' ' + message.includes('${SIDECAR.etag}') : '')) };
const toolVersion = 'test/1.0';
const { outcome } = publishSnapshot({ input: 'tree', output: process.argv[2] + '.fsm', adapters, toolVersion }, options);
const exclusions = {
  include_incomplete_uploads: false, include_orphans: false, preserve_sqs_visibility: false, include_sqs_side_records: false,
  rename_s3_collisions: false,
};
const { files } = decodeSnapshot({ input: process.argv[2] + '.fsm', output: process.argv[2], adapters, exclusions, toolVersion }, options);
console.log(outcome, files, events.filter((event) => event.startsWith('s3_')).join(', '));
`;

test.each(FORMS)('a bundle encodes and decodes S3 objects above 64 MiB, and takes their MD5, %s', async (format) => {
  if (format === 'esm') treeOfLargeObjects();
  const start = performance.now();
  const bundle = await bundled('round-trip', ROUND_TRIP, format, { minify: true, keepNames: true });
  mkdirSync(join(app.folder, format));
  const said = await output(bundle, join(format, 'dump'));
  expect(said).toMatch(/^published \d+ s3_\w+ true, s3_\w+ true\n$/);
  // A thread that does not start was once waited for, 10 s each time.
  expect(performance.now() - start).toBeLessThan(30_000);
});

test('a bundle of one function is small', async () => {
  const program = `import { stringRecord } from '@ekv/redis-encoder'; console.log(stringRecord);`;
  const bundle = await build({
    stdin: { contents: program, resolveDir: app.folder },
    bundle: true,
    platform: 'node',
    format: 'esm',
    minify: true,
    write: false,
  });
  // The function is 0.6 kB; its checks, their messages and the errors are the rest.
  expect(bundle.outputFiles[0]!.contents.length).toBeLessThan(8448);
  expect(bundle.outputFiles[0]!.text).not.toContain('node:fs');
});
