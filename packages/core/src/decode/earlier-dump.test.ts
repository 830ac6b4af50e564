import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError } from '@ekv/snapshot';
import { replaceCall, systemError } from '@ekv/test-support/file-calls';
import { writeSnapshot } from '@ekv/test-support/node-file';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, expect, test } from 'vitest';
import { NO_EXCLUSIONS, REDIS } from '../dump.test-data.ts';
import { stringEntry } from '../redis-entry.test-support.ts';
import { attemptDecode, inputOf } from './decode-attempt.test-data.ts';
import type { DecodeRequest } from './decode-request.ts';
import { findEarlierDump, type WantedDump } from './earlier-dump.ts';

let folder: string;
let output: string;
beforeEach(() => {
  folder = temporaryFolder();
  output = join(folder, 'out');
  mkdirSync(join(folder, 'scratch'));
  writeSnapshot(inputOf(folder), [stringEntry('a', 'one')]);
  attemptDecode(folder);
});

function isThere(request: Partial<DecodeRequest> = {}, more: Partial<WantedDump> = {}): boolean {
  const found = findEarlierDump({
    request: {
      input: inputOf(folder),
      output,
      adapters: REDIS,
      exclusions: NO_EXCLUSIONS,
      toolVersion: 'ekv/1.2.3',
      scratchRoot: join(folder, 'scratch'),
      ...request,
    },
    snapshotIndex: 0x51n,
    lastCommitTs: 1000n,
    scratchName: 'scratch-of-a-test',
    ...more,
  });
  return found !== undefined;
}

/** Changes the manifest, and its line of CHECKSUMS too: the list says that the tree is whole. */
function editManifest(from: string, to: string): void {
  const [manifest, list] = ['MANIFEST.json', 'CHECKSUMS'].map((name) => join(output, name)) as [string, string];
  const before = readFileSync(manifest, 'utf8');
  const after = before.replace(from, to);
  expect(after).not.toBe(before);
  writeFileSync(manifest, after);
  const digest = (text: string) => hash('sha256', text, 'hex');
  writeFileSync(list, readFileSync(list, 'utf8').replace(digest(before), digest(after)));
}

test('a dump of the same snapshot, with the same options, and whole, is there', () => {
  expect(isThere()).toBe(true);
});

test.each<[string, () => boolean]>([
  ['another index', () => isThere({}, { snapshotIndex: 0x52n })],
  ['another timestamp', () => isThere({}, { lastCommitTs: 1001n })],
  ['another cluster', () => isThere({ clusterId: 'other' })],
  ['another layout of DynamoDB', () => isThere({ dynamodbLayout: 'jsonl' })],
  ['more adapters', () => isThere({ adapters: ['redis', 's3'] })],
  ['other adapters', () => isThere({ adapters: ['s3'] })],
])('a dump of %s is another one', (_, look) => {
  expect(look()).toBe(false);
});

test.each([
  'include_incomplete_uploads',
  'include_orphans',
  'preserve_sqs_visibility',
  'include_sqs_side_records',
  'rename_s3_collisions',
] as const)('a dump without %s is another one than with it', (name) => {
  expect(isThere({ exclusions: { ...NO_EXCLUSIONS, [name]: true } })).toBe(false);
});

test('a dump that was salvaged is not the dump of its snapshot, though its list says that it is whole', () => {
  editManifest('{', '{"ekv": {"version": 1, "partial": {"rows": 1}},');
  expect(isThere()).toBe(false);
});

test('a manifest with a field that this version does not know may say anything: it is another dump', () => {
  editManifest('{', '{"later": true,');
  expect(isThere()).toBe(false);
});

test('what cannot be read may be the dump: nobody is told to replace it', () => {
  replaceCall('openSync', (original, ...args) => {
    if (String(args[0]).endsWith('MANIFEST.json')) throw systemError('EIO');
    return original(...args);
  });
  expect(() => isThere()).toThrow(EnvironmentError);
});
