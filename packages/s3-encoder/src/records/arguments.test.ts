import { ArgumentError, type Warning } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { Bucket, type BucketObject } from './bucket.ts';
import { type BucketSettings, bucketRecords } from './bucket-records.ts';
import { objectRecords } from './object-records.ts';

/** What a caller without types gives. */
const any = (value: unknown) => value as never;

function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof ArgumentError) return error.message;
    throw error;
  }
  return 'accepted';
}

const HEADERS = new Headers({ a: 'b' });

test.each([
  [
    'a number as the name of a bucket',
    () => bucketRecords({ name: any(5) }),
    'the name of a bucket must be text or bytes, not a number; write String(...) around it',
  ],
  ['nothing as a bucket', () => bucketRecords(any(undefined)), 'a bucket must be an object, not nothing'],
  ['a bucket without a name', () => bucketRecords({ name: '' }), 'a bucket must have a name other than ""'],
  ['a bucket named ..', () => bucketRecords({ name: '..' }), 'a bucket must have a name other than ".."'],
  [
    'a name that is no UTF-8',
    () => bucketRecords({ name: Buffer.from([0xff]) }),
    'the name of a bucket must be UTF-8: S3 keeps it as text',
  ],
  [
    'a region that is null',
    () => bucketRecords({ name: 'b', region: any(null) }),
    'the region of the bucket "b" must be text or bytes, not null',
  ],
  [
    'an ACL with a lone surrogate',
    () => bucketRecords({ name: 'b', acl: '\ud800' }),
    'the ACL of the bucket "b" has a lone surrogate, so it has no form in UTF-8',
  ],
  [
    'an empty key',
    () => objectRecords('b', '', 'x'),
    'an object in the bucket "b" has an empty key; S3 has no such objects',
  ],
  [
    'a key that is undefined',
    () => objectRecords('b', any(undefined), 'x'),
    'the key of an object in the bucket "b" must be text or bytes, not nothing',
  ],
  [
    'a body that is null',
    () => objectRecords('b', 'k', any(null)),
    'the body of the object "k" in the bucket "b" must be text, bytes or a slice of a file, not null',
  ],
  [
    'a negative length of a slice',
    () => objectRecords('b', 'k', { path: '/x', offset: 0, length: -1 }),
    'the length of the body of the object "k" in the bucket "b" must be from 0 to 9007199254740991, not -1',
  ],
  [
    'a path with a zero byte',
    () => objectRecords('b', 'k', { path: 'a\0', offset: 0, length: 1 }),
    'the path of the body of the object "k" in the bucket "b" names no file',
  ],
  [
    'a time of a file that is no number',
    () => objectRecords('b', 'k', { path: 'a', offset: 0, length: 1, modifiedMs: Number.NaN }),
    'the time of the file of the object "k" in the bucket "b" must be a number of milliseconds',
  ],
  [
    'a Date that is none',
    () => objectRecords('b', 'k', 'x', { lastModified: new Date('?') }),
    'the time of last change of the object "k" in the bucket "b" is no valid Date',
  ],
  [
    'a time before 1970',
    () => objectRecords('b', 'k', 'x', { lastModified: -1 }),
    'the time of last change of the object "k" in the bucket "b" must be from 0 to 18446744073709551615, not -1',
  ],
  [
    'a time beyond clock values',
    () => objectRecords('b', 'k', 'x', { lastModified: 1n << 48n }),
    'the time of last change of the object "k" in the bucket "b" must be below 2^48 milliseconds since 1970, not 281474976710656',
  ],
  [
    'a content type that is a number',
    () => objectRecords('b', 'k', 'x', { contentType: any(1) }),
    'the content type of the object "k" in the bucket "b" must be text or bytes, not a number; write String(...) around it',
  ],
  [
    'metadata of a number',
    () => objectRecords('b', 'k', 'x', { userMetadata: { a: any(5) } }),
    'the value of "a" in the user metadata of the object "k" in the bucket "b" must be text or bytes, not a number; write String(...) around it',
  ],
  [
    'metadata in Headers',
    () => objectRecords('b', 'k', 'x', { userMetadata: any(HEADERS) }),
    'the user metadata of the object "k" in the bucket "b" must be a Map or a plain object, not an object of class Headers',
  ],
  [
    'a description that is a text',
    () => objectRecords('b', 'k', 'x', any('text/plain')),
    'the description of the object "k" in the bucket "b" must be an object, not a text',
  ],
  [
    'settings that are a text',
    () => new Bucket('b', any('us-east-1')),
    'the settings of a bucket must be an object, not a text',
  ],
  [
    'objects that are a text',
    () => new Bucket('b').rows(any('objects')),
    'the objects of a bucket must be an iterable or an async iterable, not a text',
  ],
  [
    'a field that is misspelt',
    () => objectRecords('b', 'k', 'x', any({ contenttype: 'text/plain' })),
    'the object "k" in the bucket "b" has no field "contenttype", did you mean contentType?',
  ],
  [
    'a field of a bucket that is misspelt',
    () => new Bucket('b', any({ Region: 'us-east-1' })),
    'the bucket "b" has no field "Region", did you mean region?',
  ],
  [
    'a bucket as a client names it',
    () => bucketRecords(any({ Name: 'b' })),
    'a bucket has no field "Name", did you mean name?',
  ],
  [
    'an option that is misspelt',
    () => new Bucket('b').rows([], any({ warm: console.warn })),
    'Bucket.rows has no option "warm", did you mean warn?',
  ],
  [
    'a time as text',
    () => objectRecords('b', 'k', 'x', { lastModified: any('2026-01-02') }),
    'the time of last change of the object "k" in the bucket "b" must be a Date or milliseconds since 1970, not a text; write new Date(...) around it',
  ],
  [
    'a stream where all is needed at once',
    () => objectRecords('b', 'k', any(new Blob(['x']).stream())),
    'the body of the object "k" in the bucket "b" must be text, bytes or a slice of a file, not an object of class ReadableStream; Bucket.rows takes bodies whose bytes come later, or piece by piece',
  ],
  [
    'a Blob where all is needed at once',
    () => objectRecords('b', 'k', any(new Blob(['x']))),
    'the body of the object "k" in the bucket "b" must be text, bytes or a slice of a file, not an object of class Blob; Bucket.rows takes bodies whose bytes come later, or piece by piece',
  ],
  [
    'options that are a function',
    () =>
      new Bucket('b').rows(
        [],
        any(() => {}),
      ),
    'the options of Bucket.rows must be an object, not a function',
  ],
  [
    'a warn that is no function',
    () => objectRecords('b', 'k', 'x', {}, { warn: any(console) }),
    'the option "warn" of objectRecords must be a function, not an object of class Console',
  ],
])('%s is refused in the words of the caller', (_, call, message) => {
  expect(refusal(call)).toBe(message);
});

test('an object as a client names it is refused with the names that it should have', async () => {
  const rows = new Bucket('b').rows([any({ Key: 'k', Body: 'x' })]);
  const taken = (async () => {
    for await (const _ of rows);
  })();
  await expect(taken).rejects.toThrow('an object in the bucket "b" has no field "Key", did you mean key?');
});

test('what the readers give of buckets and objects is known, though it is not all kept', () => {
  const read = { name: 'b', owner: 'o', region: undefined, acl: undefined, creationDate: new Date(), generation: 3n };
  expect([...bucketRecords(read)]).toHaveLength(2);
  const object = { bucket: 'b', key: 'k', keyBytes: Buffer.from('k'), size: 1, body: 'x', etag: 'e' };
  expect([...objectRecords('b', object.key, object.body, object)]).toHaveLength(2);
  expect(() => objectRecords('b', 'k', 'longer', object)).toThrow('has 6 bytes, not 1 as was said');
});

test('an ArrayBuffer is its bytes', () => {
  const bytes = new Uint8Array([104, 105]);
  expect([...objectRecords('b', 'k', bytes.buffer)]).toEqual([...objectRecords('b', 'k', bytes)]);
});

test('text and bytes are taken everywhere and give the same rows', () => {
  const text = objectRecords('b', 'ä', 'bödy', {
    etag: 'e',
    contentType: 'text/plain',
    userMetadata: { name: 'välue', left: undefined },
    lastModified: new Date(5),
  });
  const bytes = objectRecords(Buffer.from('b'), Buffer.from('ä'), Buffer.from('bödy'), {
    etag: Buffer.from('e'),
    contentType: Buffer.from('text/plain'),
    userMetadata: new Map([['name', Buffer.from('välue')]]),
    lastModified: 5n,
  });
  expect([...text]).toEqual([...bytes]);
});

test('an ETag between quotes, as S3 gives it, is stored without them', () => {
  expect(manifest([...objectRecords('b', 'k', '', { etag: '"abc-2"' })]).etag).toBe('abc-2');
});

test('the ETag of a body in memory is its MD5 unless one is given, be it an empty one', () => {
  expect(manifest([...objectRecords('b', 'k', 'hello')]).etag).toBe('5d41402abc4b2a76b9719d911017c592');
  expect(manifest([...objectRecords('b', 'k', 'hello', { etag: '' })]).etag).toBe('');
});

test('rows can be gathered: none shares its key with another', () => {
  const keys = [...objectRecords('b', 'k', Buffer.alloc(3 << 20))].map(({ key }) => Buffer.from(key).toString('hex'));
  expect(new Set(keys).size).toBe(4);
});

test('a bucket gathers what a server or its clients cannot use, once for each kind', async () => {
  const warnings = await warned([
    { key: 'a//b', body: 'x', contentType: 'a\nb', lastModified: 1 },
    { key: 'c', body: 'x', etag: '00000000000000000000000000000000', lastModified: 1 },
    { key: 'd', body: 'x' },
    { key: 'e', body: ['x'], etag: '00000000000000000000000000000000' },
    { key: 'f', body: 'x', lastModified: new Date(1_795_417_864) },
    { key: 'g', body: 'x', lastModified: 1_795_417_864n },
  ]);
  expect(warnings.map(({ event, fields }) => [event, fields?.count])).toEqual([
    ['s3_unservable_buckets', 1],
    ['s3_unknown_acl', 1],
    ['s3_unservable_keys', 1],
    ['s3_unservable_headers', 1],
    ['s3_etag_mismatch', 2],
    ['s3_last_modified_absent', 2],
    ['s3_last_modified_in_seconds', 2],
  ]);
  expect(warnings[4]!.message).toContain('for example the object "c" in the bucket "B_"');
});

test('objects that are as servers have them give no warning', async () => {
  expect(await warned([{ key: 'a', body: 'x', lastModified: 1 }], { region: 'us-east-1' }, 'photos')).toEqual([]);
});

test('single records tell at once what a server or its clients cannot use', () => {
  const events: string[] = [];
  const warn = ({ event }: Warning) => void events.push(event);
  bucketRecords({ name: 'B_' }, { warn });
  objectRecords('b', 'k', 'x', { etag: '00000000000000000000000000000000', lastModified: 1 }, { warn });
  expect(events).toEqual(['s3_unservable_buckets', 's3_etag_mismatch']);
});

async function warned(
  objects: BucketObject[],
  settings: BucketSettings = { acl: 'mine' },
  name = 'B_',
): Promise<Warning[]> {
  const warnings: Warning[] = [];
  const warn = (warning: Warning) => void warnings.push(warning);
  for await (const _ of new Bucket(name, settings).rows(objects, { warn }));
  return warnings;
}

function manifest(rows: Array<{ value: unknown }>): { etag: string } {
  return JSON.parse(Buffer.from(rows.at(-1)!.value as Uint8Array).toString());
}
