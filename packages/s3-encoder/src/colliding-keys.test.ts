import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { modelledPaths } from './path-model.test-data.ts';
import { bucketRecords } from './records/bucket-records.ts';
import { objectRecords } from './records/object-records.ts';
import {
  bytes,
  contentOf,
  decodeToFolder,
  encodeFolder,
  filesIn,
  withFolder,
  writeSnapshot,
} from './snapshot-file.test-data.ts';

const BUCKET = bytes('bucket');

/** A byte string of a text's UTF-8. */
const utf8 = (text: string) => Buffer.from(text).toString('latin1');

/** Segments that collide: prefixes of each other, names of the dump, unicode forms, bytes that are no text. */
const oddSegment = fc.constantFrom(
  'a',
  'a!',
  'a-b',
  'ab',
  '',
  'a.elastickv-leaf-data',
  'a.elastickv-meta.json',
  'a.elastickv-meta.json.user-data',
  '.elastickv-meta.json',
  '_orphans',
  '_incomplete_uploads',
  '_bucket.json',
  'KEYMAP.jsonl',
  'KEYMAP.jsonl.elastickv-meta.json',
  utf8('\u00e9'),
  utf8('e\u0301'),
  '\xe9',
  '\xff\xfe',
  '\xed\xa0\x80',
  utf8('\u2028<&>"'),
  '\n\t',
  '...',
  '.',
  '..',
  'a\\b',
  '\\',
  '\0',
  // What section 4.1 makes of an empty name, an empty folder, and of two names of the dump.
  'e3b0c44298fc1c149afbf4c8996fb924__',
  '8a5edab282632443219e051e4ade2d1d__',
  'e7b494ff8f7bef050339f83852eadbf4___bucket.json',
  'e01f64061af22972099df4d5104c9c13___orphans',
);
const longSegment = fc
  .tuple(fc.constantFrom('l', '\xe9', 'l.elastickv-meta.json'), fc.integer({ min: 210, max: 260 }))
  .map(([start, length]) => start.padEnd(length, 'l'));
const longEnding = fc.integer({ min: 210, max: 260 }).map((length) => `${'m'.repeat(length - 20)}.elastickv-meta.json`);
const anySegment = fc
  .uint8Array({ minLength: 1, maxLength: 6 })
  .map((segment) => Buffer.from(segment).toString('latin1'));
const segment = fc.oneof(
  { arbitrary: oddSegment, weight: 12 },
  { arbitrary: longSegment, weight: 1 },
  { arbitrary: longEnding, weight: 1 },
  { arbitrary: anySegment, weight: 2 },
);
const shortKey = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join('/'));
/** As long as a server lets keys be, 1024 bytes, and longer ones. */
const longKey = fc
  .tuple(fc.array(fc.oneof(longSegment, anySegment), { minLength: 4, maxLength: 20 }), fc.constantFrom(1024, 4096))
  .map(([segments, length]) => segments.join('/').slice(0, length));
/** More levels than a path can have, and almost as many. */
const deepKey = fc
  .tuple(fc.constantFrom('k/', '/', '\xe9/', '../'), fc.constantFrom(80, 85, 1490, 1495, 30_000), oddSegment)
  .map(([level, levels, last]) => level.repeat(levels) + last);
const keys = fc
  .uniqueArray(
    fc.oneof({ arbitrary: shortKey, weight: 20 }, { arbitrary: longKey, weight: 2 }, { arbitrary: deepKey, weight: 1 }),
    { minLength: 1, maxLength: 12 },
  )
  .map((list) => list.filter((key) => key !== ''));

function* records(list: readonly string[]) {
  yield* bucketRecords({ name: BUCKET });
  const facts = { etag: bytes('e'), lastModified: 1n };
  for (const key of list) yield* objectRecords(BUCKET, bytes(key), bytes(`body of ${key}`), facts);
}

test('keys that collide in every way get the paths of section 4, and come back as the same rows', () => {
  let clashes = 0;
  let runs = 0;
  fc.assert(
    fc.property(keys, (list) =>
      withFolder((folder) => {
        const paths = modelledPaths(list);
        const source = join(folder, 'in.fsm');
        const tree = join(folder, 'tree');
        const sha256 = writeSnapshot(source, records(list));
        runs++;
        if (paths === 'clash') {
          clashes++;
          expect(() => decodeToFolder(source, tree, { renameCollisions: true })).toThrow(/need paths that others have/);
          return;
        }
        decodeToFolder(source, tree, { renameCollisions: true });
        const bodies = filesIn(join(tree, 's3/bucket')).filter((path) =>
          /^body of /.test(contentOf(join(tree, 's3/bucket'), path)),
        );
        expect(bodies).toEqual([...paths.values()].map(({ path }) => path).sort());
        for (const [key, { path }] of paths) expect(contentOf(join(tree, 's3/bucket'), path)).toBe(`body of ${key}`);
        const again = encodeFolder(tree, join(folder, 'out.fsm'));
        // Some of the keys are such that no request can name them, and the tree has no list of its files.
        const others = ['s3_unservable_keys', 'keymap_without_checksums'];
        expect(again.warnings.filter(({ event }) => !others.includes(event))).toEqual([]);
        expect(again.sha256).toBe(sha256);
      }),
    ),
    { numRuns: 200 },
  );
  // Most sets must be such that they can be written.
  expect(clashes).toBeLessThan(runs / 2);
}, 300_000);
