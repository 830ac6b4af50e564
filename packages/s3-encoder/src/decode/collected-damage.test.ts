import { TreeProblemsError } from '@ekv/dump-tree';
import { RowError, type SnapshotRow } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import {
  blobRow,
  bucketRow,
  chunkKey,
  decoded,
  headRow,
  id,
  objectRows,
  payloadRow,
  referenceRow,
  row,
  sha256,
} from '../rows.test-data.ts';

const GOOD = [bucketRow('b', { generation: 1 }), ...objectRows('good', 'G')];

function errorOf(rows: readonly SnapshotRow[]): unknown {
  try {
    decoded(rows);
  } catch (error) {
    return error;
  }
  return undefined;
}

/** The rules that rows break, in the order of their message. */
function rulesOf(rows: readonly SnapshotRow[]): string[] {
  const error = errorOf(rows);
  return error instanceof TreeProblemsError ? error.problems.map((line) => line.replace(/^.*?: /, '')) : [];
}

const BAD_HEAD = row(`!s3|obj|head|${id('json')}`, '{');
const CUT_CHUNK = row(`!s3|blob|${chunkKey(id('k'), 'u', 1n, 0n)}x`, '');

test('rows that are wrong are thrown together, each once, whatever part of decode finds them', () => {
  const rules = rulesOf([
    ...GOOD,
    BAD_HEAD,
    row(`!s3|obj|head|${id('cut')}x`, '{}'),
    bucketRow('c', { region: 5 }),
    bucketRow('..'),
    CUT_CHUNK,
    row(`!s3|chunkref|${chunkKey(id('k'), 'u', 1n, 0n)}`, 'x'),
    row(`!s3|chunkblob|${sha256('a')}`, 'b'),
  ]);
  expect(rules.toSorted()).toEqual([
    '1 bytes stand behind the end of the key of a !s3|obj|head| row',
    'a bucket cannot be named ".."',
    'the JSON of this row is wrong: value:1:11: "region" must be a string, not a number',
    'the JSON of this row is wrong: value:1:2: a field name in double quotes is missing',
    'the key of a !s3|blob| row ends before its version',
    expect.stringMatching(/^the payload of this row has the digest/),
    'this !s3|chunkref| row is wrong: the value has the unknown version 120',
  ]);
});

test('a single row that is wrong is thrown as itself', () => {
  expect(errorOf([...GOOD, BAD_HEAD])).toBeInstanceOf(RowError);
});

test('objects that are broken and rows that are wrong are thrown together', () => {
  const short = headRow(id('a'), { upload_id: 'u', size_bytes: 9, parts: [] });
  const rules = rulesOf([...GOOD, short, bucketRow('c', { acl: 1 })]);
  expect(rules).toEqual([
    'its chunks have 0 bytes together, "size_bytes" is 9',
    'the JSON of this row is wrong: value:1:8: "acl" must be a string, not a number',
  ]);
});

test('objects with a chunk that is refused are thrown together, and other objects are looked at', () => {
  const offloaded = { part_no: 1, chunk_count: 1, offloaded: true, chunk_ref_version: 7, chunk_sizes: [3] };
  const rules = rulesOf([
    ...GOOD,
    ...objectRows('twice', 'T'),
    blobRow(id('twice'), 'U', 'u', 1n, 0n, 0n),
    headRow(id('ref'), { upload_id: 'u', size_bytes: 2, parts: [offloaded] }),
    referenceRow(id('ref'), 'zz'),
    payloadRow('zz'),
    headRow(id('short'), { size_bytes: 1 }),
  ]);
  expect(rules).toEqual([
    expect.stringMatching(/^chunk 0 of part 1 of the object "ref" has 2 bytes by this reference/),
    'its chunks have 0 bytes together, "size_bytes" is 1',
    'another row stands for the same chunk, its key with or without a version of zero',
  ]);
});

test('after 64 rows that are wrong the search ends', () => {
  const rows = Array.from({ length: 70 }, (_, i) => row(`!s3|obj|head|${id(`k${i}`)}`, '{'));
  expect(errorOf(rows)).toMatchObject({ message: expect.stringMatching(/^at least 64 problems/), complete: false });
});
