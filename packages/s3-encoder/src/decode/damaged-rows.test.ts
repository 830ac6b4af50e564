import { Damage, type SnapshotRow } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import {
  blobRow,
  bodies,
  bucketRow,
  chunkKey,
  type Decoded,
  decoded,
  events,
  headRow,
  id,
  objectRows,
  payloadRow,
  referenceRow,
  row,
  seg,
  sha256,
  u64,
} from '../rows.test-data.ts';

function salvaged(rows: readonly SnapshotRow[]): Decoded & { counts: ReturnType<Damage['counts']> } {
  const damage = new Damage();
  return { ...decoded(rows, { damage }), counts: damage.counts() };
}

const BUCKET = bucketRow('b', { generation: 1 });
const GOOD = objectRows('good', 'G');
const OFFLOADED = { part_no: 1, chunk_count: 1, offloaded: true, chunk_ref_version: 7, chunk_sizes: [2] };

test('an object with a missing chunk is left out whole and counted, its other chunks are orphans', () => {
  const parts = [{ part_no: 1, chunk_count: 2 }];
  const holed = [headRow(id('holed'), { upload_id: 'u', size_bytes: 2, parts }), blobRow(id('holed'), 'x')];
  const result = salvaged([BUCKET, ...GOOD, ...holed]);
  expect(bodies(result)).toEqual({ good: 'G' });
  expect(result.counts).toEqual({ objects: 1, orphans: 1 });
  expect(events(result)).toEqual(['s3_orphan_chunks']);
  expect(result.warnings[0]?.message).toContain('an object that was left out, or is not there');
});

test('the chunks of an object whose head is damaged are counted', () => {
  const chunks = [blobRow(id('k'), 'x'), referenceRow(id('k'), 'ref')];
  const result = salvaged([BUCKET, ...GOOD, row(`!s3|obj|head|${id('k')}`, '{'), ...chunks]);
  expect(result.counts).toEqual({ rows: 1, orphans: 2 });
});

test('chunks without an object are no damage of a snapshot that is whole otherwise', () => {
  expect(salvaged([BUCKET, ...GOOD, blobRow(id('gone'), 'x')]).counts).toBeUndefined();
});

test('objects of lower generations that are left out because their bucket is damaged are counted', () => {
  const older = headRow(id('good', 0n), { upload_id: 'u', size_bytes: 0, parts: [] });
  const result = salvaged([bucketRow('b', { region: 5 }), older, ...GOOD]);
  expect(result.counts).toEqual({ rows: 1, buckets: 1, orphans: 1 });
  expect(events(result)).toEqual(['s3_several_generations']);
});

test('an object gets the path that it has without those that are left out', () => {
  const broken = headRow(id('good/below'), { upload_id: 'u', size_bytes: 5, parts: [] });
  const result = salvaged([BUCKET, ...GOOD, broken]);
  expect(bodies(result)).toEqual({ good: 'G' });
  expect(Object.keys(result.files)).not.toContain('b/KEYMAP.jsonl');
});

test('a broken object of an earlier generation is no damage', () => {
  const parts = [{ part_no: 1, chunk_count: 2 }];
  const result = salvaged([bucketRow('b', { generation: 2 }), headRow(id('old'), { size_bytes: 2, parts })]);
  expect(result.counts).toBeUndefined();
});

test.each([
  ['a head that is no JSON', row(`!s3|obj|head|${id('k')}`, '{'), { rows: 1 }],
  ['a head whose key is cut', row(`!s3|obj|head|${seg('b')}${u64(1n)}k`, '{}'), { rows: 1 }],
  ['a chunk whose key is cut', row(`!s3|blob|${chunkKey(id('k'), 'u', 1n, 0n)}x`, ''), { rows: 1 }],
  ['a malformed reference', row(`!s3|chunkref|${chunkKey(id('k'), 'u', 1n, 0n)}`, 'x'), { rows: 1 }],
  ['a payload of another digest', row(`!s3|chunkblob|${sha256('a')}`, 'b'), { rows: 1 }],
  ['a bucket named ..', bucketRow('..'), { rows: 1 }],
  ['a bucket whose settings are no text', bucketRow('c', { region: 5 }), { rows: 1 }],
  ['a chunk of an object named .', blobRow(id('.'), 'x'), { rows: 1 }],
  ['an object whose key has a zero byte', headRow(id('a\0b'), { size_bytes: 0 }), { objects: 1 }],
  ['an object whose key needs another path', headRow(id('a//b'), { size_bytes: 0 }), { objects: 1 }],
  ['an object of another size', headRow(id('k'), { size_bytes: 9 }), { objects: 1 }],
])('%s is left out and counted, the rest is there', (_, wrong, counts) => {
  const result = salvaged([BUCKET, ...GOOD, wrong]);
  expect(result.counts).toEqual(counts);
  expect(bodies(result)).toEqual({ good: 'G' });
});

test('an object with two rows for one chunk is left out: which of them is right cannot be told', () => {
  const result = salvaged([BUCKET, ...GOOD, ...objectRows('two', 'T'), blobRow(id('two'), 'U', 'u', 1n, 0n, 0n)]);
  expect([bodies(result), result.counts]).toEqual([{ good: 'G' }, { objects: 1, orphans: 2 }]);
});

test('an object whose payload is damaged is left out, others of references are whole', () => {
  const object = (key: string, content: string) => [
    headRow(id(key), { upload_id: 'u', size_bytes: 2, parts: [OFFLOADED] }),
    referenceRow(id(key), content),
  ];
  const rows = [BUCKET, ...object('a', 'aa'), ...object('c', 'cc'), ...object('e', 'ee')];
  const payloads = [payloadRow('aa'), row(`!s3|chunkblob|${sha256('cc')}`, 'cx'), payloadRow('ee')];
  const result = salvaged([...rows, ...payloads]);
  expect(bodies(result)).toEqual({ a: 'aa', e: 'ee' });
  expect(result.counts).toEqual({ rows: 1, objects: 1, orphans: 1 });
});

test('a bucket whose row is damaged keeps its objects and gets a configuration that encode takes', () => {
  const result = salvaged([bucketRow('b', { region: 5 }), ...GOOD]);
  expect(result.files['b/_bucket.json']).toContain('"name": "b"');
  expect(bodies(result)).toEqual({ good: 'G' });
  expect(result.counts).toEqual({ rows: 1, buckets: 1 });
});

test('an object named .. that --rename-collisions gives another path is whole', () => {
  const damage = new Damage();
  const result = decoded([BUCKET, ...objectRows('..', 'dots')], { damage, renameCollisions: true });
  expect([Object.values(bodies(result)), damage.counts()]).toEqual([['dots'], undefined]);
});
