import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { openSnapshot, type Warning, writeSnapshot } from '@ekv/snapshot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { s3Objects } from '../read/index.ts';
import { Bucket, type BucketObject } from '../records/bucket.ts';
import { type FetchedObject, fromObjects, toPutObject } from './aws.ts';
import { type S3Server, startS3Server } from './s3-server.test-support.ts';

const folder = mkdtempSync(join(tmpdir(), 'ekv-s3-test-'));
let server: S3Server;
let client: S3Client;

beforeAll(async () => {
  server = await startS3Server('photos');
  client = server.client;
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const LARGE = Buffer.alloc((6 << 20) + 1, 'large');
const PART = Buffer.alloc(5 << 20, 'part');

async function fill(): Promise<void> {
  const to = { Bucket: 'photos' };
  const described = { ContentType: 'text/plain', CacheControl: 'no-cache', Metadata: { by: 'me' } };
  await client.send(new PutObjectCommand({ ...to, Key: 'a/hello ä.txt', Body: 'hello', ...described }));
  await client.send(new PutObjectCommand({ ...to, Key: 'empty', Body: Buffer.alloc(0), ContentLength: 0 }));
  await client.send(new PutObjectCommand({ ...to, Key: 'large', Body: LARGE }));
  const upload = { ...to, Key: 'parts' };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(upload));
  const { ETag } = await client.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: PART }));
  const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
  await client.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload }));
}

test('the objects of a server come back with bodies, metadata, times and ETags', async () => {
  await fill();
  const path = join(folder, 'photos.fsm');
  const warnings: Warning[] = [];
  const bucket = new Bucket('photos', { region: 'us-east-1' });
  const warn = (warning: Warning) => void warnings.push(warning);
  const pages = paginateListObjectsV2({ client }, { Bucket: 'photos' });
  const get = ({ Key }: { Key: string }) => client.send(new GetObjectCommand({ Bucket: 'photos', Key }));
  await writeSnapshot(path, bucket.rows(fromObjects(pages, get), { warn }));
  expect(warnings).toEqual([]);
  using snapshot = openSnapshot(path);
  const [hello, empty, large, parts, ...others] = s3Objects(snapshot);
  expect(hello).toMatchObject({
    key: 'a/hello ä.txt',
    etag: '5d41402abc4b2a76b9719d911017c592',
    contentType: 'text/plain',
    cacheControl: 'no-cache',
    userMetadata: { by: 'me' },
  });
  expect(Math.abs(hello!.lastModified!.getTime() - Date.now())).toBeLessThan(60_000);
  expect(hello!.read().toString()).toBe('hello');
  expect([empty!.key, empty!.size, others]).toEqual(['empty', 0, []]);
  expect(large!.read().equals(LARGE)).toBe(true);
  expect(parts!.read().equals(PART)).toBe(true);
});

test('objects of a server may be left out: their connections are let go of', async () => {
  const few = server.connect({ requestHandler: { httpAgent: { maxSockets: 2 } } });
  const get = ({ Key }: { Key: string }) => few.send(new GetObjectCommand({ Bucket: 'photos', Key }));
  const list = Array.from({ length: 6 }, () => ({ Key: 'large' }));
  async function* none() {
    for await (const { size } of fromObjects(list, get)) if (size === 0) yield { key: 'never', body: '' };
  }
  await drained(new Bucket('photos').rows(none()));
  few.destroy();
});

test('the objects of a snapshot go to a server as they are', async () => {
  const path = join(folder, 'back.fsm');
  const described = { contentType: 'text/plain', cacheControl: 'no-cache', userMetadata: { by: 'me' } };
  await writeSnapshot(
    path,
    new Bucket('b').rows([
      { key: 'back/ä', body: 'hello', ...described },
      { key: 'back/large', body: LARGE },
      { key: 'back/none', body: '' },
    ]),
  );
  using snapshot = openSnapshot(path);
  for (const object of s3Objects(snapshot))
    await client.send(new PutObjectCommand({ Bucket: 'photos', ...toPutObject(object) }));
  const get = (Key: string) => client.send(new GetObjectCommand({ Bucket: 'photos', Key }));
  const hello = await get('back/ä');
  expect(hello).toMatchObject({ ContentType: 'text/plain', CacheControl: 'no-cache', Metadata: { by: 'me' } });
  expect(await hello.Body!.transformToString()).toBe('hello');
  expect(LARGE.equals(await (await get('back/large')).Body!.transformToByteArray())).toBe(true);
  expect((await get('back/none')).ContentLength).toBe(0);
});

async function drained(rows: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of rows);
}

const answer = (Body: unknown, others: FetchedObject = {}): FetchedObject => ({ Body, ...others });

async function objectsOf(...given: Parameters<typeof fromObjects>): Promise<BucketObject[]> {
  const objects: BucketObject[] = [];
  for await (const object of fromObjects(...given)) objects.push(object);
  return objects;
}

test('objects come from pages or one by one; pages may be empty', async () => {
  const list = [{ Contents: [{ Key: 'a' }, { Key: 'b' }] }, {}, { Key: 'c' }];
  const get = async ({ Key }: { Key: string }) => answer([Key]);
  expect((await objectsOf(list, get)).map(({ key }) => key)).toEqual(['a', 'b', 'c']);
});

test('a list that ends before the bucket does is refused: a part must not be taken for it', async () => {
  const page = { Contents: [{ Key: 'a' }], IsTruncated: true };
  const keysOf = async (list: object[]) => {
    const keys: unknown[] = [];
    for await (const { key } of fromObjects(list, async () => ({ Body: Readable.from(['x']) }))) keys.push(key);
    return keys;
  };
  await expect(keysOf([page])).rejects.toThrow(/^the last page of the list is truncated/);
  expect(await keysOf([page, { Contents: [{ Key: 'b' }], IsTruncated: false }])).toEqual(['a', 'b']);
});

test('an object that is gone by the time it is got is passed over; every other failure ends the list', async () => {
  const gone = Object.assign(new Error('gone'), { name: 'NoSuchKey' });
  const list = [{ Key: 'a' }, { Key: 'b', Size: 1 }, { Key: 'c' }];
  const get = async ({ Key }: { Key: string }) => {
    if (Key === 'b') throw gone;
    return Key === 'a' ? answer(['A']) : undefined;
  };
  expect((await objectsOf(list, get)).map(({ key }) => key)).toEqual(['a']);
  await expect(
    objectsOf(list, async () => {
      throw new Error('denied');
    }),
  ).rejects.toThrow('denied');
});

test('small objects are got some at a time and come in their order, larger ones in their turn', async () => {
  const sizes = { a: 5, b: 2 << 20, c: 5, d: 5 };
  let open = 0;
  let most = 0;
  const log: string[] = [];
  const get = async ({ Key }: { Key: string }) => {
    most = Math.max(most, ++open);
    await new Promise((resolve) => setTimeout(resolve, Key === 'a' ? 20 : 1));
    open--;
    log.push(Key);
    const size = sizes[Key as keyof typeof sizes];
    return answer([Buffer.alloc(size)], { ContentLength: size });
  };
  const list = Object.entries(sizes).map(([Key, Size]) => ({ Key, Size }));
  expect((await objectsOf(list, get, { concurrency: 3 })).map(({ key }) => key)).toEqual(['a', 'b', 'c', 'd']);
  expect([log.slice(0, 2), most]).toEqual([['c', 'a'], 2]);
});

test('an object that grew since it was listed is not held in memory', async () => {
  const body = new Blob([Buffer.alloc(2 << 20)]);
  const [object] = await objectsOf([{ Key: 'a', Size: 1 }], async () => answer(body, { ContentLength: 2 << 20 }));
  expect(object!.body).toBeInstanceOf(ReadableStream);
});

test('what is got may be the body alone: its time is that of the list', async () => {
  const LastModified = new Date(7);
  const bodies = [Readable.from(['A']), new Blob(['B']), Buffer.from('C')];
  const list = bodies.map((_, i) => ({ Key: String(i), Size: i, LastModified }));
  const path = join(folder, 'bodies.fsm');
  await writeSnapshot(path, new Bucket('b').rows(fromObjects(list, async ({ Key }) => bodies[Number(Key)])));
  using snapshot = openSnapshot(path);
  expect(Array.from(s3Objects(snapshot), ({ key, lastModified }) => [key, lastModified])).toEqual([
    ['0', LastModified],
    ['1', LastModified],
    ['2', LastModified],
  ]);
  expect(Array.from(s3Objects(snapshot), (object) => object.read().toString())).toEqual(['A', 'B', 'C']);
});

test('a failure of the client names the object, and is its cause; work that was called off is not renamed', async () => {
  const denied = Object.assign(new Error('Access Denied'), { name: 'AccessDenied' });
  const failing = (error: Error) =>
    objectsOf([{ Key: 'a' }], async () => {
      throw error;
    });
  await expect(failing(denied)).rejects.toThrow('cannot get the object "a": Access Denied');
  await expect(failing(denied)).rejects.toMatchObject({ name: 'EnvironmentError', cause: denied });
  const aborted = new DOMException('aborted', 'AbortError');
  await expect(failing(aborted)).rejects.toBe(aborted);
  async function* cut() {
    yield 'x';
    throw new Error('socket hang up');
  }
  const rows = new Bucket('b').rows(fromObjects([{ Key: 'a' }], async () => answer(cut())));
  await expect(drained(rows)).rejects.toThrow(
    'cannot read the body of the object "a" in the bucket "b": socket hang up',
  );
});

test('bodies that nobody read, or not to their end, are let go of', async () => {
  const nodeStream = () => Readable.from([Buffer.alloc(1 << 16), Buffer.alloc(1 << 16)]);
  const canceled: string[] = [];
  const webStream = new ReadableStream({ pull() {}, cancel: () => void canceled.push('web') });
  const bodies = [nodeStream(), nodeStream(), webStream, nodeStream(), nodeStream()];
  const list = bodies.map((_, i) => ({ Key: String(i) }));
  const get = async ({ Key }: { Key: string }) => answer(bodies[Number(Key)]);
  for await (const { key, body } of fromObjects(list, get)) {
    if (key === '1') for await (const _ of body as Readable) break;
    if (key === '3') break;
  }
  expect(bodies.map((body) => body instanceof Readable && body.destroyed)).toEqual([true, true, false, true, false]);
  expect(canceled).toEqual(['web']);
  const refused = new Bucket('b').rows(fromObjects([{ Key: '4' }], async () => answer(bodies[4], { ETag: '\ud800' })));
  await expect(drained(refused)).rejects.toThrow('lone surrogate');
  expect((bodies[4] as Readable).destroyed).toBe(true);
});

test('a body that was cut on its way is an error', async () => {
  const objects = fromObjects([{ Key: 'a' }], async () => answer(['abc'], { ContentLength: 4 }));
  const rows = new Bucket('b').rows(objects);
  await expect(drained(rows)).rejects.toThrow('has 3 bytes, not 4 as was said; get it again');
});

test('a body that is longer than its small object is not gathered in memory', async () => {
  let given = 0;
  function* endless() {
    for (; given < 50; given++) yield Buffer.alloc(1 << 20);
  }
  const objects = fromObjects([{ Key: 'a', Size: 9 }], async () => answer(endless(), { ContentLength: 9 }));
  await expect(drained(new Bucket('b').rows(objects))).rejects.toThrow('has more than the 9 bytes that were said');
  expect(given).toBeLessThan(3);
});

const nothing = async (): Promise<undefined> => undefined;

test.each([
  [
    'a text as the list',
    ['photos', nothing],
    'the list of objects must be an iterable or an async iterable, not a text',
  ],
  ['nothing that gets', [[], undefined], 'what gets an object must be a function, not nothing'],
  [
    'no object at once',
    [[], nothing, { concurrency: 0 }],
    'the number of objects that are got at once must be from 1 on, not 0',
  ],
  ['options that are null', [[], nothing, null], 'the options of fromObjects must be an object, not null'],
  ['a key alone', [['a'], nothing], 'a listed object must be an object, not a text'],
  [
    'an object without a key',
    [[{ Key: undefined }], nothing],
    'a listed object must have a Key that is text, not nothing',
  ],
  [
    'an answer without a body',
    [[{ Key: 'a' }], async () => ({})],
    'the Body in the answer for "a" must be a stream, not nothing',
  ],
])('%s is refused', async (_, given, message) => {
  const refused = async (): Promise<unknown> => objectsOf(...(given as never as Parameters<typeof fromObjects>));
  await expect(refused).rejects.toThrow(message);
});

test('answers that were got ahead and never had their turn are closed', async () => {
  const got: Readable[] = [];
  const list = Array.from({ length: 20 }, (_, i) => ({ Key: `k${i}`, Size: 3 }));
  const get = async () => {
    const Body = new Readable({ read: () => {} });
    got.push(Body);
    return { Body };
  };
  for await (const { key } of fromObjects(list, get)) if (key === 'k0') break;
  await expect.poll(() => got.map(({ destroyed }) => destroyed)).toEqual(Array(8).fill(true));
});
