import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { LAST_COMMIT_TS, NO_GUARDS } from '../dump.test-data.ts';
import { CountingDestination } from '../files/counting-destination.test-data.ts';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';
import { encodeSnapshot } from './encode-snapshot.ts';

/** A tree with data of all adapters. */
const FILES = {
  'MANIFEST.json': '{}',
  'redis/db_0/strings/a.bin': 'v',
  'dynamodb/t/_schema.json':
    '{"format_version":1,"table_name":"t","primary_key":{"hash_key":{"name":"id","type":"S"}},"global_secondary_indexes":[]}',
  'dynamodb/t/items/a.json': '{"id":{"S":"a"}}',
  's3/b/_bucket.json': '{"format_version":1,"name":"b"}',
  's3/b/x': '',
  's3/b/x.elastickv-meta.json':
    '{"format_version":1,"size_bytes":0,"etag":"d41d8cd98f00b204e9800998ecf8427e","last_modified":"2026-01-01T00:00:00Z"}',
  'sqs/q/_queue.json': '{"format_version":1,"name":"q"}',
  'sqs/q/messages.jsonl': '',
};

function planted(): string {
  const root = temporaryFolder();
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

function encode(input: string) {
  const adapters = ADAPTER_NAMES;
  return encodeSnapshot(
    { input, adapters, lastCommitTs: LAST_COMMIT_TS, guards: NO_GUARDS },
    new CountingDestination(),
  );
}

test('the tree is encoded while all its files are there', () => {
  expect(encode(planted()).outcome).not.toBe('mismatch');
});

test.each([
  'redis/db_0/strings/a.bin',
  'dynamodb/t/items/a.json',
  's3/b/x.elastickv-meta.json',
  'sqs/q/_queue.json',
  'sqs/q/messages.jsonl',
])('all adapters refuse a folder in the place of a file in the same words: %s', (path) => {
  const root = planted();
  rmSync(join(root, path));
  mkdirSync(join(root, path));
  expect(() => encode(root)).toThrow(
    `${join(root, path)} must be a regular file, it is a folder; restore the file, or remove the folder`,
  );
});
