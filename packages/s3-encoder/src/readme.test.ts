import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startS3Server } from './bridge/s3-server.test-support.ts';

const HERE = join(import.meta.dirname, '..');
const run = promisify(execFile);

/** Complete programs, in the order of the README. */
const snippets = [...readFileSync(join(HERE, 'README.md'), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(
  ([, text]) => text!,
);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekv-readme-'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const name of ['s3-encoder', 'snapshot']) link(`@ekv/${name}`, join(HERE, '..', name));
  link('@aws-sdk/client-s3', join(HERE, 'node_modules/@aws-sdk/client-s3'));
  link('@types/node', join(HERE, '../../node_modules/@types/node'));
  for (const [i, text] of snippets.entries()) writeFileSync(join(folder, `snippet-${i}.ts`), text);
});
afterAll(() => rmSync(folder, { recursive: true }));

function link(name: string, target: string): void {
  const path = join(folder, 'node_modules', name);
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(realpathSync(target), path);
}

/** What a snippet prints; warnings go to standard error. */
async function program(number: number, env: Record<string, string> = {}): Promise<string> {
  const options = { cwd: folder, env: { ...process.env, ...env } };
  const { stdout, stderr } = await run(process.execPath, [join(folder, `snippet-${number}.ts`)], options);
  return stdout + stderr;
}

test('the snippets of the README type-check as they stand', async () => {
  const options = { module: 'nodenext', target: 'es2024', lib: ['es2024', 'esnext.disposable'], strict: true };
  const strict = { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noEmit: true, skipLibCheck: true };
  const compilerOptions = { ...options, ...strict, types: ['node'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  const { stdout } = await run(join(HERE, '../../node_modules/.bin/tsc'), ['--project', folder]);
  expect(stdout).toBe('');
  expect(snippets).toHaveLength(4);
}, 30_000);

const READER = 3;

test('objects from memory, of a folder and of a server are written, and read by the last snippet', async () => {
  expect(await program(0)).toBe('');
  expect(await program(READER)).toBe('photos us-east-1\n');

  mkdirSync(join(folder, 'data/trips'), { recursive: true });
  writeFileSync(join(folder, 'data/trips/a.txt'), 'from a folder');
  utimesSync(join(folder, 'data/trips/a.txt'), 1, 1);
  expect(await program(1)).toBe('');
  expect(await program(READER)).toBe('photos undefined\ntrips/a.txt 13 1970-01-01T00:00:01.000Z\nfrom a folder\n');

  await using server = await startS3Server('photos');
  const object = { Bucket: 'photos', Key: 'trips/b.txt', Body: 'from a server', ContentType: 'text/plain' };
  await server.client.send(new PutObjectCommand(object));
  expect(await program(2, server.environment)).toBe('');
  expect(await program(READER)).toMatch(/^photos undefined\ntrips\/b.txt 13 \d.*Z\nfrom a server\n$/);
}, 30_000);
