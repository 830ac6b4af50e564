import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { output } from '@ekv/test-support/system-program';
import { picture, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { decodeSnapshot } from '../decode/decode-snapshot.ts';
import { LAST_COMMIT_TS, NO_EXCLUSIONS, NO_GUARDS, plantDump } from '../dump.test-data.ts';
import { encodeSnapshot } from '../encode/encode-snapshot.ts';
import { CountingDestination } from '../files/counting-destination.test-data.ts';
import { publishSnapshot } from '../publish/publish-snapshot.ts';

const BUCKET = { 's3/bucket/_bucket.json': '{\n  "format_version": 1,\n  "name": "bucket"\n}' };

/** Files of an object as decode writes them, without an etag. */
const object = (path: string, body = 'x'): Record<string, string> => ({
  [`s3/bucket/${path}`]: body,
  [`s3/bucket/${path}.elastickv-meta.json`]: `{\n  "format_version": 1,\n  "size_bytes": ${body.length}\n}`,
});

const request = (input: string, more: object = {}) => ({
  input,
  adapters: ['s3'] as const,
  lastCommitTs: LAST_COMMIT_TS,
  guards: NO_GUARDS,
  selfTest: true,
  ...more,
});

test('etags that were computed pass the self-test, and are in what it decodes to', () => {
  const folder = temporaryFolder();
  const files = { ...BUCKET, ...object('small'), ...object('large', 'y'.repeat(3 << 20)) };
  const input = plantDump(join(folder, 'tree'), files, { adapters: ['s3'] });
  const path = join(folder, 'out.fsm');
  const result = publishSnapshot({
    input,
    output: path,
    adapters: ['s3'],
    toolVersion: 'ekv/test',
    selfTest: true,
    complete: true,
  });
  expect(result.outcome).toBe('published');
  const back = join(folder, 'back');
  decodeSnapshot({ input: path, output: back, adapters: ['s3'], exclusions: NO_EXCLUSIONS, toolVersion: 'ekv/test' });
  const sidecar = picture(back)['s3/bucket/large.elastickv-meta.json']!;
  expect(JSON.parse(sidecar).etag).toBe(hash('md5', 'y'.repeat(3 << 20), 'hex'));
});

test('with computed etags a sidecar that differs otherwise still fails the self-test', () => {
  const files: Record<string, string> = { ...BUCKET, ...object('x') };
  files['s3/bucket/x.elastickv-meta.json'] += '\n';
  const tree = plantDump(temporaryFolder(), files);
  const result = encodeSnapshot(request(tree, { complete: true }), new CountingDestination());
  expect(result).toMatchObject({ outcome: 'mismatch', mismatch: { differences: 1 } });
});

test('objects whose keys cannot be paths pass the self-test, also where the manifest does not tell of renames', () => {
  const name = '897ca04db8e20e8737e0cd0e5f29dbd6__reports%5C2026%5Cq1.csv';
  const original = Buffer.from('reports\\2026\\q1.csv').toString('base64url');
  const keymap = `{"encoded":"${name}","original":"${original}","kind":"sha-fallback"}\n`;
  const tree = plantDump(temporaryFolder(), { ...BUCKET, ...object(name), 's3/bucket/KEYMAP.jsonl': keymap });
  const { rename_s3_collisions: _, ...guards } = NO_GUARDS;
  const result = encodeSnapshot(request(tree, { guards }), new CountingDestination());
  expect(result.outcome).toBe('encoded');
});

test('a tree with more levels than a process may have files open passes the self-test', { timeout: 60_000 }, () => {
  const program = fileURLToPath(new URL('./deep-self-test.test-data.ts', import.meta.url));
  const tree = join(temporaryFolder(), 'tree');
  try {
    plantDump(tree, { ...BUCKET, ...object(`${'k/'.repeat(1400)}f`) });
    const command = 'ulimit -n 100 && exec "$0" --no-warnings "$@"';
    const run = spawnSync('sh', ['-c', command, process.execPath, program, tree], { encoding: 'utf8' });
    expect(run.stderr).toBe('');
    expect(run.stdout).toBe('encoded');
  } finally {
    output('rm', ['-rf', tree]);
  }
});
