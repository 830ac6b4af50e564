import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import {
  ArgumentError,
  Damage,
  openSnapshot,
  type ReadableSnapshot,
  ScratchFolder,
  type Snapshot,
  SnapshotFormatError,
  type SnapshotRow,
  type Warning,
} from '@ekv/snapshot';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Bucket } from '../records/bucket.ts';
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
} from '../rows.test-data.ts';
import { writeSnapshot } from '../snapshot-file.test-data.ts';
import { type S3ObjectsOptions, s3Buckets, s3Objects } from './index.ts';

/** A snapshot with these rows, open until the test ends. */
function opened(rows: readonly SnapshotRow[], damage?: Damage): Snapshot {
  const folder = mkdtempSync(join(tmpdir(), 'ekv-s3-test-'));
  const path = join(folder, 'in.fsm');
  writeSnapshot(path, rows);
  const snapshot = openSnapshot(path, { damage });
  onTestFinished(() => {
    snapshot.close();
    rmSync(folder, { recursive: true });
  });
  return snapshot;
}

const keysOf = (snapshot: Snapshot, options?: S3ObjectsOptions) =>
  Array.from(s3Objects(snapshot, options), ({ bucket, key }) => `${bucket}/${key}`);
const bodiesOf = (snapshot: Snapshot) =>
  Object.fromEntries(Array.from(s3Objects(snapshot), (object) => [object.key, object.read().toString('latin1')]));

const inBucket = (bucket: string, object: string, generation = 1n) =>
  headRow(id(object, generation, bucket), { upload_id: 'u', size_bytes: 0 });

test('a bucket has what its row says, and a time when it has one', () => {
  const made = { generation: 3, region: 'eu', acl: 'private', created_at_hlc: 1000 * 65536 };
  expect([...s3Buckets(opened([bucketRow('b', made), bucketRow('a')]))]).toEqual([
    { name: 'a', owner: undefined, region: undefined, acl: undefined, creationDate: undefined, generation: 0n },
    { name: 'b', owner: undefined, region: 'eu', acl: 'private', creationDate: new Date(1000), generation: 3n },
  ]);
});

test('an object has what its manifest says, in the types of clients', () => {
  const fields = {
    etag: 'e',
    last_modified_hlc: 5000 * 65536 + 7,
    content_type: 'text/plain',
    user_metadata: { ['__proto__']: 'x', 10: 'y' },
  };
  const [object] = s3Objects(opened(objectRows('k', 'body', 1n, fields)));
  expect(object).toMatchObject({
    bucket: 'b',
    key: 'k',
    keyBytes: Buffer.from('k'),
    size: 4,
    etag: 'e',
    lastModified: new Date(5000),
    contentType: 'text/plain',
    contentEncoding: undefined,
  });
  expect(Object.entries(object!.userMetadata)).toEqual([
    ['10', 'y'],
    ['__proto__', 'x'],
  ]);
});

test('only objects of the active generation are there; without one the last that has the key', () => {
  const active = [bucketRow('b', { generation: 2 }), ...objectRows('k', 'old'), ...objectRows('k', 'new', 2n)];
  expect(bodiesOf(opened([...active, ...objectRows('gone', 'old')]))).toEqual({ k: 'new' });
  const none = [
    ...objectRows('a', '1'),
    ...objectRows('k', '1'),
    ...objectRows('k', '2', 2n),
    ...objectRows('k', '9', 9n),
  ];
  expect(bodiesOf(opened([...none, ...objectRows('z', '2', 2n)]))).toEqual({ a: '1', k: '9', z: '2' });
});

test('bucket and prefix choose objects, and no row after them is read', () => {
  const rows = [
    inBucket('a', 'x/1'),
    inBucket('b', 'x'),
    inBucket('b', 'x/1'),
    inBucket('b', 'x/2'),
    inBucket('b', 'y'),
  ];
  const broken = row(`!s3|obj|head|${id('z', 1n, 'b')}`, 'no JSON');
  const snapshot = opened([...rows, bucketRow('b', { generation: 1 }), broken]);
  expect(keysOf(snapshot, { bucket: 'b', prefix: 'x/' })).toEqual(['b/x/1', 'b/x/2']);
  expect(keysOf(snapshot, { bucket: Buffer.from('a') })).toEqual(['a/x/1']);
  expect(() => keysOf(snapshot, { bucket: 'c' })).toThrow(
    /^\/.*\/in\.fsm has no bucket "c"; s3Buckets\(\) gives those that it has$/,
  );
  expect(keysOf(opened(rows), { prefix: 'x/' })).toEqual(['a/x/1', 'b/x/1', 'b/x/2']);
  expect(() => keysOf(snapshot, { bucket: 5 as never })).toThrow(
    'the option "bucket" of s3Objects must be text or bytes',
  );
});

test('a bucket of which only a row is there has no objects', () => {
  expect(keysOf(opened([bucketRow('b'), inBucket('a', 'k')]), { bucket: 'b' })).toEqual([]);
});

test('a bucket that has objects and no row is there, without settings', () => {
  const rows = [inBucket('c', 'k'), inBucket('a', 'k'), inBucket('a', 'l'), inBucket('b', 'k'), bucketRow('b')];
  const buckets = [...s3Buckets(opened([...rows, bucketRow('d', { generation: 2 })]))];
  expect(buckets.map(({ name, generation }) => [name, generation])).toEqual([
    ['a', 0n],
    ['b', 0n],
    ['c', 0n],
    ['d', 2n],
  ]);
});

test('objects that are left out are told as by decode, those that are wanted alone', () => {
  const stale = [bucketRow('b', { generation: 2 }), inBucket('b', 'x'), inBucket('b', 'y'), inBucket('b', 'x', 2n)];
  const several = [inBucket('c', 'k'), inBucket('c', 'k', 2n)];
  const snapshot = opened([...stale, ...several]);
  const told = (options: S3ObjectsOptions) => {
    const warnings: Warning[] = [];
    for (const _ of s3Objects(snapshot, { ...options, warn: (warning) => void warnings.push(warning) }));
    return warnings.map(({ event, fields }) => [event, fields?.objects ?? fields?.count]);
  };
  expect(told({})).toEqual([
    ['s3_stale_generation_objects', 2],
    ['s3_several_generations', 1],
  ]);
  const byDecode = decoded([...stale, ...several]).warnings.filter(({ event }) => event.includes('generation'));
  const byReader: Warning[] = [];
  for (const _ of s3Objects(snapshot, { warn: (warning) => void byReader.push(warning) }));
  expect(byReader).toEqual(byDecode);
  expect(told({ bucket: 'b', prefix: 'y' })).toEqual([['s3_stale_generation_objects', 1]]);
  expect(told({ bucket: 'c', prefix: 'z' })).toEqual([]);
});

test('of a snapshot that is salvaged damaged rows and objects that are not whole are left out', () => {
  const broken = row(`!s3|obj|head|${id('broken')}`, '{');
  const holed = headRow(id('holed'), { upload_id: 'u', size_bytes: 2, parts: [{ part_no: 1, chunk_count: 2 }] });
  const rows = [...objectRows('a', 'A'), broken, holed, ...objectRows('z\\', 'Z'), row('!s3|bucket|meta|', '{')];
  const damage = new Damage();
  const snapshot = opened(rows, damage);
  expect(bodiesOf(snapshot)).toEqual({ a: 'A', 'z\\': 'Z' });
  expect([...s3Buckets(snapshot)].map(({ name }) => name)).toEqual(['b']);
  expect(damage.counts()).toEqual({ rows: 2, objects: 1 });
});

/** Nothing may be read where arguments are wrong. */
const NEVER_READ: ReadableSnapshot = {
  rowsOf() {
    throw new Error('the snapshot was read');
  },
};

test('nothing is read of a snapshot before the loop begins, so one may be closed by then', () => {
  for (const walk of [s3Buckets(NEVER_READ), s3Objects(NEVER_READ, { bucket: 'b' })])
    expect(() => walk.next()).toThrow('the snapshot was read');
});

test.each([
  ['what is no snapshot', () => s3Buckets({} as never), 'the snapshot must be what openSnapshot gives'],
  [
    'a path in its place',
    () => s3Objects('in.fsm' as never),
    'the snapshot must be what openSnapshot gives, not a text',
  ],
  [
    'a bucket in place of options',
    () => s3Objects(NEVER_READ, 'b' as never),
    's3Objects takes the name of a bucket as an option: s3Objects(snapshot, { bucket })',
  ],
  [
    'a prefix that is a pattern',
    () => s3Objects(NEVER_READ, { prefix: /a/ as never }),
    'the option "prefix" of s3Objects must be text or bytes',
  ],
  [
    'a warn that is none',
    () => s3Objects(NEVER_READ, { warn: true as never }),
    'the option "warn" of s3Objects must be a function, not a boolean',
  ],
  [
    'an option of s3Buckets that is misspelt',
    () => s3Buckets(NEVER_READ, { wran: () => {} } as never),
    's3Buckets has no option "wran", did you mean warn?',
  ],
  [
    'an option that is misspelt',
    () => s3Objects(NEVER_READ, { perfix: 'a' } as never),
    's3Objects has no option "perfix", did you mean prefix?',
  ],
])('%s is refused at once', (_, call, message) => {
  expect(call).toThrow(ArgumentError);
  expect(call).toThrow(message);
});

test('bodies are read in any order, whole or in pieces, after the loop too', async () => {
  const large = { upload_id: 'u', size_bytes: 3 << 20, parts: [{ part_no: 1, chunk_count: 2 }] };
  const chunks = [blobRow(id('large'), 'x'.repeat(2 << 20)), blobRow(id('large'), 'y'.repeat(1 << 20), 'u', 1n, 1n)];
  const objects = [...s3Objects(opened([...objectRows('a', 'A'), headRow(id('large'), large), ...chunks]))];
  const whole = 'x'.repeat(2 << 20) + 'y'.repeat(1 << 20);
  expect(objects[1]!.read().equals(Buffer.from(whole))).toBe(true);
  expect(objects[0]!.read().toString()).toBe('A');
  expect((await buffer(objects[1]!.stream())).equals(Buffer.from(whole))).toBe(true);
  expect(Array.from(objects[1]!.pieces(), ({ length }) => length)).toEqual([1 << 20, 1 << 20, 1 << 20]);
});

test('chunks that lie elsewhere are put together, and all is released when the loop is left', () => {
  const removed = vi.spyOn(ScratchFolder.prototype, 'remove');
  onTestFinished(() => void removed.mockRestore());
  const part = { part_no: 1, chunk_count: 2, offloaded: true, chunk_ref_version: 7, chunk_sizes: [2, 3] };
  const references = [
    referenceRow(id('far'), 'ab'),
    referenceRow(id('far'), 'cde', 1n),
    payloadRow('ab'),
    payloadRow('cde'),
  ];
  const snapshot = opened([
    headRow(id('far'), { upload_id: 'u', size_bytes: 5, parts: [part] }),
    ...references,
    ...objectRows('near', 'N'),
  ]);
  removed.mockClear();
  for (const object of s3Objects(snapshot)) {
    expect(object.read().toString()).toBe('abcde');
    break;
  }
  expect(removed).toHaveBeenCalled();
  expect(bodiesOf(snapshot)).toEqual({ far: 'abcde', near: 'N' });
});

test('a damaged row ends the loop with path, ordinal and key', () => {
  const snapshot = opened([...objectRows('a', 'A'), row(`!s3|obj|head|${id('b')}`, '{')]);
  expect(() => keysOf(snapshot)).toThrow(SnapshotFormatError);
  expect(() => keysOf(snapshot)).toThrow(
    /in\.fsm: entry 3 at offset \d+, key !s3\|obj\|head\|b.*the JSON of this row is wrong/,
  );
});

test('a body that is not whole is an error of its object alone', () => {
  const holed = headRow(id('holed'), { upload_id: 'u', size_bytes: 2, parts: [{ part_no: 1, chunk_count: 2 }] });
  const rows = [...objectRows('a', 'A'), holed, blobRow(id('holed'), 'x'), headRow(id('short'), { size_bytes: 1 })];
  const [a, b, c] = s3Objects(opened([...rows, ...objectRows('z', 'Z')]));
  expect(a!.read().toString()).toBe('A');
  expect(() => b!.read()).toThrow(/entry \d+ at offset \d+, key !s3\|obj\|head\|b.*holed.*chunk 1 is missing/);
  expect(() => c!.read()).toThrow('its chunks have 0 bytes together, "size_bytes" is 1');
});

test('a chunk with two rows is refused', () => {
  const twice = [...objectRows('k', 'T'), row(`!s3|blob|${chunkKey(id('k'), 'u', 1n, 0n, 0n)}`, 'U')];
  const [object] = s3Objects(opened(twice));
  expect(() => object!.read()).toThrow('another row stands for the same chunk');
});

test('an object that was read is one that can be written, with all that it has', async () => {
  const fields = {
    etag: 'e-2',
    last_modified_hlc: 5000 * 65536,
    content_type: 'text/plain',
    user_metadata: { a: 'b' },
  };
  const snapshot = opened([bucketRow('b', { generation: 1 }), ...objectRows('\xff', 'body', 1n, fields)]);
  const objects = Array.from(s3Objects(snapshot), (object) => ({
    ...object,
    key: object.keyBytes,
    body: object.pieces(),
  }));
  const rows: SnapshotRow[] = [];
  for await (const each of new Bucket('b').rows(objects)) rows.push(each);
  const [first, ...others] = s3Objects(opened(rows));
  expect(first!.read().toString()).toBe('body');
  expect({ ...first }).toEqual({ ...[...s3Objects(snapshot)][0] });
  expect(others).toEqual([]);
});
