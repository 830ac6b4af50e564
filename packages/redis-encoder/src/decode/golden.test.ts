import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSnapshot, RowError, ScratchFolder } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { filesBelow, GOLDEN, goldenCases } from '../golden.test-data.ts';
import { type Decoded, decodedSnapshot } from './decoded.test-data.ts';
import { REDIS_FAMILIES } from './index.ts';

function decodedFile(path: string): Decoded {
  const scratch = new ScratchFolder();
  const snapshot = openSnapshot(path, { scratch });
  try {
    return decodedSnapshot(snapshot.check({ families: REDIS_FAMILIES }), scratch);
  } finally {
    snapshot.close();
    scratch.remove();
  }
}

const snapshots = goldenCases('tree').flatMap((name) =>
  readdirSync(join(GOLDEN, name))
    .filter((file) => /^(in|raw-runtime|[0-9]{16})\.fsm$/.test(file))
    .map((file) => ({ name, file })),
);

test('there are golden snapshots, also of live nodes', () => {
  expect(snapshots.length).toBeGreaterThan(20);
  expect(snapshots.map(({ file }) => file)).toEqual(
    expect.arrayContaining(['raw-runtime.fsm', '0000000000000097.fsm']),
  );
});

test.each(snapshots)('$name/$file gives its tree, byte for byte', ({ name, file }) => {
  const folder = join(GOLDEN, name);
  expect(decodedFile(join(folder, file)).files).toEqual(filesBelow(join(folder, 'tree/redis/db_0')));
});

test.each([
  [
    'redis/count-mismatch-warns/in.fsm',
    [
      'redis_hash_length_mismatch',
      'redis_list_length_mismatch',
      'redis_set_length_mismatch',
      'redis_zset_length_mismatch',
    ],
  ],
  ['redis/stream-count-mismatch/in.fsm', ['redis_stream_length_mismatch']],
  ['redis/orphans-and-dropped-rows/in.fsm', ['redis_orphan_ttl', 'redis_stream_orphan_entries_without_meta']],
  ['redis/real-server-fresh/raw-runtime.fsm', []],
  ['redis/real-server-changed/raw-runtime.fsm', []],
  ['live/redis/0000000000000097.fsm', []],
])('%s warns of %j', (path, events) => {
  expect([...new Set(decodedFile(join(GOLDEN, path)).warnings.map(({ event }) => event))].sort()).toEqual(events);
});

interface Step {
  readonly args: readonly string[];
  readonly stderr: readonly string[];
}

const rejects: { readonly steps: readonly Step[] } = JSON.parse(
  readFileSync(join(GOLDEN, 'redis/decode-rejects/case.json'), 'utf8'),
);

test.each(rejects.steps.map(({ args, stderr }) => ({ file: args[1]!, stderr })))(
  '$file is refused with the offset and the key of a row, and $stderr',
  ({ file, stderr }) => {
    const path = file.replace('{case}', join(GOLDEN, 'redis/decode-rejects'));
    let error: unknown;
    try {
      decodedFile(path);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(RowError);
    const { message, key, offset } = error as RowError;
    for (const text of stderr) expect(message.toLowerCase()).toContain(text);
    // Where the offset points there is an entry with that very key.
    const bytes = readFileSync(path);
    expect(bytes.readBigUInt64LE(offset)).toBe(BigInt(key.length + 8));
    expect(bytes.subarray(offset + 8, offset + 8 + key.length).equals(key)).toBe(true);
  },
);
