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
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { openSnapshot, type Warning, writeSnapshot } from '@ekv/snapshot';
import S3rver from 's3rver';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { s3Objects } from '../read/index.ts';
import { Bucket, type BucketObject } from '../records/bucket.ts';
import { type FetchedObject, fromObjects } from './aws.ts';

const folder = mkdtempSync(join(tmpdir(), 'ekv-s3-test-'));
const server = new S3rver({
  port: 0,
  address: '127.0.0.1',
  silent: true,
  directory: join(folder, 'server'),
  configureBuckets: [{ name: 'photos', configs: [] }],
});
let client: S3Client;

beforeAll(async () => {
  const { port } = await server.run();
  client = new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
});
afterAll(async () => {
  client.destroy();
  await server.close();
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
  const bucket = new Bucket('photos', { region: 'us-east-1', warn: (warning) => void warnings.push(warning) });
  const pages = paginateListObjectsV2({ client }, { Bucket: 'photos' });
  const get = ({ Key }: { Key: string }) => client.send(new GetObjectCommand({ Bucket: 'photos', Key }));
  await writeSnapshot(path, bucket.rows(fromObjects(pages, get)));
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
  ).rejects.toThrow('cannot get the object "a": denied');
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

test('a body that was cut on its way is an error', async () => {
  const objects = fromObjects([{ Key: 'a' }], async () => answer(['abc'], { ContentLength: 4 }));
  const rows = new Bucket('b').rows(objects);
  await expect(drained(rows)).rejects.toThrow('has 3 bytes, not 4 as was said; get it again');
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
  await expect.poll(() => got.slice(1).map(({ destroyed }) => destroyed)).toEqual(Array(7).fill(true));
  expect(got[0]!.destroyed).toBe(false);
});
