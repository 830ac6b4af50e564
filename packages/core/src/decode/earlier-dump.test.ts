import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

/** `same`, `no dump`, or why it is another one. */
function look(request: Partial<DecodeRequest> = {}, more: Partial<WantedDump> = {}): string {
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
  return found.state === 'other' ? found.why : found.state;
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
  expect(look()).toBe('same');
});

test.each<[string, () => string, string]>([
  ['another index', () => look({}, { snapshotIndex: 0x52n }), 'it is the dump of snapshot 81'],
  [
    'another timestamp',
    () => look({}, { lastCommitTs: 1001n }),
    'its snapshot had the commit timestamp 1000, this one has 1001',
  ],
  ['another cluster', () => look({ clusterId: 'other' }), 'it was made with another --cluster-id'],
  ['another layout of DynamoDB', () => look({ dynamodbLayout: 'jsonl' }), 'its DynamoDB layout is another one'],
  ['more adapters', () => look({ adapters: ['redis', 's3'] }), 'it was made for other adapters'],
  ['other adapters', () => look({ adapters: ['s3'] }), 'it was made for other adapters'],
])('a dump of %s is another one, and why is said', (_, looked, why) => {
  expect(looked()).toBe(why);
});

test.each([
  ['as_of_ts": 5', 'it has the data as of 5'],
  ['groups": []', 'it was made of several groups'],
])('a dump whose manifest has "%s is another one, and why is said', (member, why) => {
  editManifest('"per-item"', `"per-item",\n  "ekv": { "version": 1, "${member} }`);
  expect(look()).toBe(why);
});

test.each([
  ['changed', () => writeFileSync(join(output, 'redis/db_0/strings/a.bin'), 'two'), /a\.bin was changed$/],
  ['missing', () => rmSync(join(output, 'redis/db_0/strings/a.bin')), /a\.bin is missing$/],
  [
    'no file any more',
    () => {
      rmSync(join(output, 'redis/db_0/strings/a.bin'));
      mkdirSync(join(output, 'redis/db_0/strings/a.bin'));
    },
    /a\.bin must be a regular file, it is a folder$/,
  ],
  ['listed nowhere, as CHECKSUMS is gone', () => rmSync(join(output, 'CHECKSUMS')), /^it has no CHECKSUMS/],
])('a dump whose file is %s is another one, and why is said', (_, edit, why) => {
  edit();
  expect(look()).toMatch(why);
});

test('what is no dump is none', () => {
  rmSync(join(output, 'MANIFEST.json'));
  expect(look()).toBe('no dump');
});

test.each([
  'include_incomplete_uploads',
  'include_orphans',
  'preserve_sqs_visibility',
  'include_sqs_side_records',
  'rename_s3_collisions',
] as const)('a dump without %s is another one than with it', (name) => {
  expect(look({ exclusions: { ...NO_EXCLUSIONS, [name]: true } })).toBe(`it was made without ${name}`);
});

test('a dump that was salvaged is not the dump of its snapshot, though its list says that it is whole', () => {
  editManifest('{', '{"ekv": {"version": 1, "partial": {"rows": 1}},');
  expect(look()).toMatch(/^it was salvaged/);
});

test('a manifest with a field that this version does not know may say anything: it is another dump', () => {
  editManifest('{', '{"later": true,');
  expect(look()).toMatch(/^its MANIFEST.json has fields/);
});

test('what cannot be read may be the dump: nobody is told to replace it', () => {
  replaceCall('openSync', (original, ...args) => {
    if (String(args[0]).endsWith('MANIFEST.json')) throw systemError('EIO');
    return original(...args);
  });
  expect(() => look()).toThrow(EnvironmentError);
});
