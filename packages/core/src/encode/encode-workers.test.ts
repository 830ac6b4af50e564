import { linkSync, readdirSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { awaitThreads } from '@ekv/test-support/living-threads';
import { makeFifo } from '@ekv/test-support/system-program';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test, vi } from 'vitest';
import { plantDump } from '../dump.test-data.ts';
import { publishSnapshot } from '../publish/publish-snapshot.ts';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';
import { handedOver } from '../run/eager-threads.test-data.ts';
import { Progress } from '../run/progress.ts';
import { messageOf, type Outcome, outcomeOf } from '../run/seen-outcome.test-data.ts';
import { thread } from '../run/slow-threads.test-data.ts';

vi.mock('@ekv/dump-tree', async (original) => {
  const { eagerThreads } = await import('../run/eager-threads.test-data.ts');
  return eagerThreads(await original());
});

const GOLDEN = join(import.meta.dirname, '../../../../fixtures/golden');

/** Roots of all dump trees below a folder. */
function* treesBelow(folder: string): Generator<string> {
  const entries = readdirSync(folder, { withFileTypes: true });
  if (entries.some((entry) => entry.isFile() && entry.name === 'MANIFEST.json')) yield folder;
  for (const entry of entries) if (entry.isDirectory()) yield* treesBelow(join(folder, entry.name));
}

function encodeOutcome(input: string, place: string, workers: number, progress = new Progress()): Outcome {
  const output = join(place, 'out.fsm');
  const request = { input, output, adapters: ADAPTER_NAMES, toolVersion: 'test', scratchRoot: place };
  return outcomeOf(place, workers, (options) => publishSnapshot(request, { ...options, progress }));
}

/** All of them take minutes. */
const ONE_OF = 8;
const TREES = [...treesBelow(GOLDEN)].filter((_, i) => i % ONE_OF === 0);

test('an encode of a golden tree is the same with any number of workers', () => {
  const place = temporaryFolder();
  for (const [i, tree] of TREES.entries()) {
    const workers = [2, 4, 7][i % 3]!;
    expect([tree, workers, encodeOutcome(tree, place, workers)]).toEqual([
      tree,
      workers,
      encodeOutcome(tree, place, 1),
    ]);
  }
  expect(handedOver.read).toBeGreaterThan(TREES.length);
}, 300_000);

const BUCKET = { 's3/bucket/_bucket.json': '{"format_version":1,"name":"bucket"}' };
const SIDECAR = '{"format_version":1,"size_bytes":1,"etag":"0cc175b9c0f1b6a831c399e269772661"}';
const SCHEMA =
  '{"format_version":1,"table_name":"t","primary_key":{"hash_key":{"name":"id","type":"S"}},"global_secondary_indexes":[],"attribute_definitions":[{"name":"id","type":"S"}]}';

/** A tree with something wrong at many places, of each adapter that reads ahead. */
function plantBadTree(): string {
  const root = plantDump(
    temporaryFolder(),
    {
      ...Object.fromEntries(['a', 'b', 'c', '%61'].map((name) => [`redis/db_0/strings/${name}.bin`, name])),
      'redis/db_0/hashes/h.json': '{"format_version":1,"fields":[]}',
      'redis/db_0/hashes/i.json': '{"format_version":2}',
      'redis/db_0/hashes/j.json': '{"format_version":1,"other":1}',
      'redis/db_0/streams/s.jsonl': 'no JSON',
      'redis/db_0/streams/t.jsonl': '',
      'dynamodb/t/_schema.json': SCHEMA,
      ...Object.fromEntries(['a', 'b', 'c'].map((name) => [`dynamodb/t/items/${name}.json`, `{"id":{"S":"${name}"}}`])),
      'dynamodb/t/items/d/e.json': '{"id":{"S":"e"}}',
      'dynamodb/t/items/d/f.json': '{"id":',
      'dynamodb/t/items/d/g/h.json': '{}',
      'dynamodb/t/items/i/j.json': '{"id":{"S":"a"}}',
      'dynamodb/t/items/k.json/l': 'stray',
      ...BUCKET,
      ...Object.fromEntries(
        ['a', 'b/c', 'b/d/e', 'f'].flatMap((name) => [
          [`s3/bucket/${name}`, name === 'f' ? 'other' : 'a'],
          [`s3/bucket/${name}.elastickv-meta.json`, name === 'b/c' ? '{' : SIDECAR],
        ]),
      ),
      's3/bucket/g': 'without a sidecar',
      's3/bucket/h.elastickv-meta.json': SIDECAR,
      's3/bucket/i.elastickv-meta.json/j': 'without a sidecar',
      's3/bucket/k.elastickv-meta.json/l/.keep': '',
    },
    { adapters: ADAPTER_NAMES },
  );
  const at = (path: string) => join(root, path);
  linkSync(at('redis/db_0/strings/b.bin'), at('redis/db_0/strings/d.bin'));
  symlinkSync('a.bin', at('redis/db_0/strings/e.bin'));
  makeFifo(at('redis/db_0/strings/f.bin'));
  symlinkSync('d', at('dynamodb/t/items/linked'));
  linkSync(at('dynamodb/t/items/a.json'), at('dynamodb/t/items/z.json'));
  makeFifo(at('s3/bucket/b/fifo'));
  symlinkSync('b', at('s3/bucket/linked'));
  truncateSync(at('redis/db_0/hashes/h.json'), 100_000);
  return root;
}

test('what is wrong with a tree is said in the same words and order with any number of workers', () => {
  const root = plantBadTree();
  const place = temporaryFolder();
  const wanted = encodeOutcome(root, place, 1);
  expect(messageOf(wanted).split('\n').length).toBeGreaterThan(20);
  for (const workers of [2, 4, 7]) expect(encodeOutcome(root, place, workers)).toEqual(wanted);
});

test('a thread that dies ends the run with an error that names its files, and nothing is published', () => {
  thread.text = 'throw new Error("dies")';
  awaitThreads();
  const files = Object.fromEntries(['a', 'b', 'c'].map((name) => [`redis/db_0/strings/${name}.bin`, name]));
  const root = plantDump(temporaryFolder(), files, { adapters: ADAPTER_NAMES });
  const outcome = encodeOutcome(root, temporaryFolder(), 2);
  const folder = join(root, 'redis/db_0/strings');
  expect(messageOf(outcome)).toContain(
    `the thread that reads files has died while it worked on ${folder}/a.bin and 1 more files, up to ${folder}/b.bin`,
  );
  expect(outcome.made).toEqual([]);
});

test('a snapshot that a thread writes is the same, and so is the count of what was written', () => {
  const names = Array.from({ length: 100 }, (_, i) => `redis/db_0/strings/${i}.bin`);
  const files = Object.fromEntries(names.map((name) => [name, name.repeat(2500)]));
  const root = plantDump(temporaryFolder(), files, { adapters: ADAPTER_NAMES });
  const place = temporaryFolder();
  const counted = [1, 2].map((workers) => {
    const progress = new Progress();
    return {
      outcome: encodeOutcome(root, place, workers, progress),
      ...{ done: progress.done, bytes: progress.bytes },
    };
  });
  expect(counted[1]).toEqual(counted[0]);
});

test('a thread that dies while it writes the snapshot ends the run with an error, and nothing is published', () => {
  thread.text = 'if (given[2].options.writtenAt !== undefined) throw new Error("dies")';
  awaitThreads();
  const files = Object.fromEntries(
    ['a', 'b', 'c', 'd', 'e'].map((name) => [`redis/db_0/strings/${name}.bin`, name.repeat(1e6)]),
  );
  const root = plantDump(temporaryFolder(), files, { adapters: ADAPTER_NAMES });
  const outcome = encodeOutcome(root, temporaryFolder(), 2);
  expect(messageOf(outcome)).toContain(
    'the thread that writes the snapshot has died while it worked on its bytes from 0 on',
  );
  expect(outcome.made).toEqual([]);
});
