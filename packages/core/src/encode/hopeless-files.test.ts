import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { DataError } from '@ekv/snapshot';
import { replaceCall, restoreCalls } from '@ekv/test-support/file-calls';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { describe, expect, test } from 'vitest';
import { LAST_COMMIT_TS, NO_GUARDS, plantDump } from '../dump.test-data.ts';
import { CountingDestination } from '../files/counting-destination.test-data.ts';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';
import { encodeSnapshot } from './encode-snapshot.ts';

const GIB = 2 ** 30;
/** A line of a key map may have 4 MiB; each file is read a second time for its digest. */
const FEW_BYTES = 12 << 20;

const QUEUE = { 'sqs/q/_queue.json': '{"format_version":1,"name":"q"}' };
const BUCKET = { 's3/bucket/_bucket.json': '{"format_version":1,"name":"bucket"}' };

/** Files that are read line by line or element by element, and how each may begin. */
const STREAMED: ReadonlyArray<[path: string, beginning: string, others?: Record<string, string>]> = [
  ['redis/db_0/strings_ttl.jsonl', '{"key":"a","expire_at_ms":1}\n'],
  ['redis/db_0/hll_ttl.jsonl', '{"key":"a","expire_at_ms":1}\n'],
  ['redis/db_0/KEYMAP.jsonl', '{"encoded":"a","original":"YQ","kind":"sha-fallback"}\n'],
  ['redis/db_0/streams/s.jsonl', '{"id":"1-0","fields":["a","b"]}\n'],
  ['redis/db_0/hashes/h.json', '{"format_version":1,"fields":[{"name":"a","value":"b"},'],
  ['redis/db_0/lists/l.json', '{"format_version":1,"items":["a",'],
  ['redis/db_0/sets/s.json', '{"format_version":1,"members":["a",'],
  ['redis/db_0/zsets/z.json', '{"format_version":1,"members":[{"member":"a","score":1},'],
  ['s3/bucket/KEYMAP.jsonl', '{"encoded":"a","original":"YQ","kind":"sha-fallback"}\n', BUCKET],
  ['sqs/q/messages.jsonl', '{"message_id":"a","body":"b"}\n', QUEUE],
];

/** What encode of a tree says, and how many bytes it reads. The file goes on as a hole. */
function refusal(path: string, beginning: string, others: Record<string, string> | undefined, checksums: string) {
  const root = plantDump(
    temporaryFolder(),
    { ...others, [path]: beginning, ...(checksums === '' ? {} : { CHECKSUMS: checksums }) },
    { adapters: ADAPTER_NAMES },
  );
  truncateSync(join(root, path), GIB);
  let bytes = 0;
  replaceCall('readSync', (original, ...args) => {
    const read = original(...args) as number;
    bytes += read;
    return read;
  });
  try {
    const request = { input: root, adapters: ADAPTER_NAMES, lastCommitTs: LAST_COMMIT_TS, guards: NO_GUARDS };
    encodeSnapshot({ ...request, scratchRoot: temporaryFolder() }, new CountingDestination());
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return { message: (error as Error).message.replaceAll(root, ''), bytes };
  } finally {
    restoreCalls();
  }
  throw new Error('nothing was refused');
}

describe('of a file of 1 GiB that is a hole little is read before it is refused, in the words of its reader', () => {
  for (const [path, valid, others] of STREAMED) {
    const listed = `${'0'.repeat(64)}  ${path}\n`;
    test.each([
      ['at once', ''],
      ['behind what is right', valid],
      ['behind what begins no JSON', 'rows: 1\n'],
      ['behind blank lines', '\n\n '],
    ])(`${path}, %s`, (_, beginning) => {
      const { message, bytes } = refusal(path, beginning, others, listed);
      expect(bytes).toBeLessThan(FEW_BYTES);
      // Without a list of digests nothing is hashed.
      expect(message).toBe(refusal(path, beginning, others, '').message);
      expect(message).toContain(`/${path}:`);
    });
  }
});
