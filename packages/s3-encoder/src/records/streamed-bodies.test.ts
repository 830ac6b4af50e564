import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  ArgumentError,
  DataError,
  EnvironmentError,
  type FileSlice,
  openSnapshot,
  type SnapshotRow,
  writeSnapshot,
} from '@ekv/snapshot';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { s3Buckets, s3Objects } from '../read/index.ts';
import { digestsOf } from '../rows.test-data.ts';
import type { StreamedBody } from './body-pieces.ts';
import { Bucket, type BucketObject } from './bucket.ts';
import { objectRecords } from './object-records.ts';

const BYTES = Buffer.alloc((2 << 20) + 5, 'a body of more than two MiB');
const MD5 = createHash('md5').update(BYTES).digest('hex');

/** The rows of objects, without those of their bucket. */
async function rowsOf(objects: Iterable<BucketObject> | AsyncIterable<BucketObject>): Promise<SnapshotRow[]> {
  const rows: SnapshotRow[] = [];
  for await (const row of new Bucket('b').rows(objects)) rows.push(row);
  return rows.slice(2);
}

async function* reusedPieces(pieceBytes: number) {
  const piece = Buffer.alloc(pieceBytes);
  for (let at = 0; at < BYTES.length; at += pieceBytes)
    yield piece.subarray(0, BYTES.copy(piece, 0, at, at + pieceBytes));
}

const expected = digestsOf(objectRecords('b', 'k', BYTES));

test.each([
  ['a stream of Node', () => Readable.from([BYTES.subarray(0, 70_000), BYTES.subarray(70_000)])],
  ['a Blob', () => new Blob([BYTES])],
  ['an ArrayBuffer', () => new Uint8Array(BYTES).buffer],
  ['an answer of fetch', () => new Response(BYTES)],
  ['a stream of the web', () => new Blob([BYTES]).stream()],
  ['a generator that uses its memory again', () => reusedPieces(77_777)],
  ['a list of pieces', () => [BYTES.subarray(0, 1), BYTES.subarray(1)]],
  ['bytes', () => BYTES],
])('%s gives the rows that its bytes give', async (_, body) => {
  expect(digestsOf(await rowsOf([{ key: 'k', body: body(), size: BYTES.length }]))).toEqual(expected);
});

test('pieces of text are taken as UTF-8', async () => {
  expect(await rowsOf([{ key: 'k', body: ['hä', 'llo'] }])).toEqual([...objectRecords('b', 'k', 'hällo')]);
});

test('the ETag of a slice of a file is the MD5 of the slice', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'f');
  writeFileSync(path, Buffer.concat([Buffer.from('xyz'), BYTES]));
  const [first, , , head] = await rowsOf([{ key: 'k', body: { path, offset: 3, length: BYTES.length } }]);
  expect(first!.value as FileSlice).toMatchObject({ path, offset: 3, length: 1 << 20 });
  expect(Buffer.from(head!.value as Uint8Array).toString()).toContain(`"etag":"${MD5}"`);
  const short = rowsOf([{ key: 'k', body: { path, offset: 4, length: BYTES.length } }]);
  await expect(short).rejects.toThrow('the file is shorter than the slice');
});

test('a file is read for its MD5 chunk by chunk as rows are taken, so that work on a large one can be called off', async () => {
  const path = join(temporaryFolder(), 'f');
  writeFileSync(path, Buffer.alloc(2 << 20));
  const rows = new Bucket('b').rows([{ key: 'k', body: { path, offset: 0, length: 2 << 20 } }]);
  for (let i = 0; i < 3; i++) await rows.next();
  writeFileSync(path, Buffer.alloc(2 << 20, 1));
  await rows.next();
  const { value: head } = await rows.next();
  const half = Buffer.concat([Buffer.alloc(1 << 20), Buffer.alloc(1 << 20, 1)]);
  const md5 = createHash('md5').update(half).digest('hex');
  expect(Buffer.from(head!.value as Uint8Array).toString()).toContain(`"etag":"${md5}"`);
});

test('a body of another size than was said is an error with bucket and key', async () => {
  const streamed = rowsOf([{ key: 'k', body: Readable.from([BYTES]), size: BYTES.length + 1 }]);
  await expect(streamed).rejects.toThrow(DataError);
  await expect(rowsOf([{ key: 'k', body: 'abc', size: 4n }])).rejects.toThrow(
    'the body of the object "k" in the bucket "b" has 3 bytes, not 4 as was said; get it again',
  );
});

test('no piece of a body is asked for before the chunk before it was taken', async () => {
  let given = 0;
  function* pieces() {
    for (; given < 50; given++) yield Buffer.alloc(1 << 20);
  }
  let rows = 0;
  for await (const _ of new Bucket('b').rows([{ key: 'k', body: pieces() }])) {
    expect(given).toBeLessThanOrEqual(++rows);
    if (rows === 5) break;
  }
  expect(given).toBeGreaterThan(1);
});

test('several buckets go into one snapshot', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'out.fsm');
  const bucket = (name: string) => new Bucket(name).rows([{ key: 'k', body: [name] }]);
  await writeSnapshot(path, [bucket('a'), bucket('b')]);
  using snapshot = openSnapshot(path);
  expect(Array.from(s3Buckets(snapshot), ({ name }) => name)).toEqual(['a', 'b']);
  expect(Array.from(s3Objects(snapshot), (object) => object.read().toString())).toEqual(['a', 'b']);
});

test('objects are asked for one by one, and a source that is left early is told so', async () => {
  let given = 0;
  let isClosed = false;
  async function* objects() {
    try {
      for (;;) yield { key: `k${given++}`, body: 'x' };
    } finally {
      isClosed = true;
    }
  }
  for await (const { key } of new Bucket('b').rows(objects())) if (Buffer.from(key).includes('k3')) break;
  expect([given, isClosed]).toEqual([4, true]);
});

test.each([
  ['a text', 'abc', 'the objects of a bucket must be an iterable or an async iterable, not a text'],
  [
    'a piece that is a number',
    [{ key: 'k', body: [5] }],
    'a piece of the body of the object "k" in the bucket "b" must be text or bytes, not a number; write String(...) around it',
  ],
  [
    'a body that is missing',
    [{ key: 'k' }],
    'the body of the object "k" in the bucket "b" must be text, bytes, a slice of a file, a stream, a Blob or an answer of fetch, not nothing',
  ],
  ['an object that is null', [null], 'an object of a bucket must be an object, not null'],
  [
    'a size that is negative',
    [{ key: 'k', body: 'x', size: -1 }],
    'the size of the object "k" in the bucket "b" must be from 0 to 18446744073709551615, not -1',
  ],
])('%s is refused', async (_, objects, message) => {
  await expect(rowsOf(objects as never)).rejects.toThrow(message);
});

test('an answer of fetch without a body is an empty object; one that is no success is refused', async () => {
  expect(await rowsOf([{ key: 'k', body: new Response(null, { status: 204 }) }])).toHaveLength(1);
  await expect(rowsOf([{ key: 'k', body: new Response('no such key', { status: 404 }) }])).rejects.toThrow(
    new EnvironmentError('cannot read the body of the object "k" in the bucket "b": the answer has the status 404'),
  );
});

test.each<[string, unknown, string]>([
  ['a promise', Promise.resolve('x'), 'not a Promise; write await before it'],
  ['a path alone', { path: '/x' }, 'of a file give { path, offset: 0, length }, with its size as length'],
  ['a URL of a file', new URL('file:///x'), 'of a file give { path, offset: 0, length }'],
  ['an answer of the SDK', { Body: [], $metadata: {} }, 'give its Body, to Bucket.rows'],
  ['an answer of undici', { statusCode: 200, body: [] }, 'give its body, to Bucket.rows'],
  ['a file that is open', { fd: 3, createReadStream() {} }, 'give what its createReadStream() gives'],
  ['numbers of two bytes', new Uint16Array(2), 'give its bytes: new Uint8Array(view.buffer, view.byteOffset'],
  ['memory that was transferred', transferred(), 'has lost its bytes: their memory was transferred; give a copy'],
])('a body that is %s is refused with what to give', async (_, body, message) => {
  await expect(rowsOf([{ key: 'k', body } as never])).rejects.toThrow(ArgumentError);
  await expect(rowsOf([{ key: 'k', body } as never])).rejects.toThrow(message);
});

function transferred(): ArrayBuffer {
  const given = new ArrayBuffer(3);
  structuredClone(given, { transfer: [given] });
  return given;
}

test.each<[string, () => StreamedBody]>([
  ['a generator', () => reusedPieces(77_777)],
  ['an iterator of a list', () => [BYTES].values()],
  ['the iterator of a Set', () => new Set(['a']).values()],
])('%s that is the body of two objects is refused: the second would be empty', async (_, make) => {
  const body = make();
  const twice = rowsOf([
    { key: 'first', body },
    { key: 'second', body },
  ]);
  await expect(twice).rejects.toThrow(/^the body of the object "second" in the bucket "b": .* was given before/);
});

test('objects that were given before are refused at once: there would be none', async () => {
  function* objects() {
    yield { key: 'k', body: 'x' };
  }
  const given = objects();
  expect(await rowsOf(given)).toHaveLength(2);
  expect(() => new Bucket('b').rows(given)).toThrow(/^the objects of a bucket: this generator .* was given before/);
});

test('a stream that cannot be read is refused: it was closed, or another reader has it', async () => {
  const closed = Readable.from(['a']).destroy();
  await expect(rowsOf([{ key: 'k', body: closed }])).rejects.toThrow('"k" in the bucket "b" was closed before it was');
  const locked = new Blob(['a']).stream();
  locked.getReader();
  await expect(rowsOf([{ key: 'k', body: locked }])).rejects.toThrow('"k" in the bucket "b" is locked');
});

test('a body that is too long is refused as soon as it is, not at its end; a Blob before it is read', async () => {
  let given = 0;
  function* pieces() {
    for (; given < 50; given++) yield Buffer.alloc(1 << 20);
  }
  await expect(rowsOf([{ key: 'k', body: pieces(), size: 2 << 20 }])).rejects.toThrow(
    new DataError(
      'the body of the object "k" in the bucket "b" has more than the 2097152 bytes that were said; get it again',
    ),
  );
  expect(given).toBe(2);
  await expect(rowsOf([{ key: 'k', body: new Blob(['abc']), size: 2 }])).rejects.toThrow('has 3 bytes, not 2');
});

test('a body in memory or in a file of another size than was said is refused before a byte of it is read', async () => {
  // To read them would be an error of another kind.
  const gone: FileSlice = { path: '/nothing/here', offset: 0, length: 1 << 30 };
  const said = 'has 1073741824 bytes, not 5 as was said';
  await expect(rowsOf([{ key: 'k', body: gone, size: 5 }])).rejects.toThrow(said);
  expect(() => objectRecords('b', 'k', gone, { size: 5 } as never)).toThrow(said);
  const never = Buffer.alloc(1 << 20);
  await expect(rowsOf([{ key: 'k', body: never, size: 5 }])).rejects.toThrow('has 1048576 bytes, not 5 as was said');
  expect(() => objectRecords('b', 'k', never, { size: 5 } as never)).toThrow('has 1048576 bytes, not 5 as was said');
});

test('a stream that was read already is refused: its object would be empty', async () => {
  const node = Readable.from([Buffer.from('abc')]);
  const web = new Blob(['abc']).stream();
  for (const body of [node, web]) {
    const twice = rowsOf([
      { key: 'first', body },
      { key: 'second', body },
    ]);
    await expect(twice).rejects.toThrow('the body of the object "second" in the bucket "b" was read already');
  }
});

test.each([3, (2 << 20) + 5])(
  'the ETag is that of the bytes written, also when they change meanwhile: %d bytes',
  async (size) => {
    const body = Buffer.alloc(size, 'a');
    const written = createHash('md5');
    let manifest = '';
    for await (const { value } of new Bucket('b').rows([{ key: 'k', body }])) {
      const bytes = Buffer.from(value as Uint8Array);
      if (bytes[0] === 0x61) written.update(bytes);
      else manifest = bytes.toString('latin1');
      body[size - 1]!++;
    }
    expect(manifest).toContain(written.digest('hex'));
  },
);

test('bytes whose memory is transferred while their rows are taken are no shorter object', async () => {
  for (const etag of [undefined, '0cc175b9c0f1b6a831c399e269772661']) {
    const body = new Uint8Array(3 << 20);
    const taken = (async () => {
      for await (const { value } of new Bucket('b').rows([{ key: 'k', body, etag }]))
        if (value.length === 1 << 20 && body.length > 0) structuredClone(body.buffer, { transfer: [body.buffer] });
    })();
    await expect(taken).rejects.toThrow(/transferred|detached/);
  }
});
