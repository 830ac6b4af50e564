import { describe, expect, test } from 'vitest';
import { CHUNK_BYTES } from '../layout/head-value.ts';
import { id, seg, u64 } from '../rows.test-data.ts';
import { bytes } from '../snapshot-file.test-data.ts';
import { bucketRecords } from './bucket-records.ts';
import { objectRecords } from './object-records.ts';

const texts = (records: Iterable<{ key: Uint8Array; value: unknown }>) =>
  [...records].map(({ key, value }) => [
    Buffer.from(key).toString('latin1'),
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
  ]);

describe('a bucket', () => {
  test('has its metadata and its generation', () => {
    expect(texts(bucketRecords({ name: bytes('b'), region: bytes('<r>') }))).toEqual([
      [
        `!s3|bucket|meta|${seg('b')}`,
        '{"bucket_name":"b","generation":1,"created_at_hlc":0,"owner":"","region":"\\u003cr\\u003e","acl":""}',
      ],
      [`!s3|bucket|gen|${seg('b')}`, u64(1n)],
    ]);
  });

  test.each(['', '.', '..'])('cannot be named %j', (name) => {
    expect(() => [...bucketRecords({ name: bytes(name) })]).toThrow(/must have a name/);
  });
});

describe('an object', () => {
  test('without bytes is a manifest without parts', () => {
    expect(texts(objectRecords(bytes('b'), bytes('k'), bytes('')))).toEqual([
      [
        `!s3|obj|head|${id('k')}`,
        '{"upload_id":"elastickv-restore","etag":"d41d8cd98f00b204e9800998ecf8427e","size_bytes":0,"last_modified_hlc":0,"content_type":"","content_encoding":"","cache_control":"","content_disposition":"","user_metadata":null,"parts":null}',
      ],
    ]);
  });

  test('of exactly two MiB has two chunks', () => {
    const slice = { path: '/x', offset: 5, length: 2 * CHUNK_BYTES };
    const records = texts(objectRecords(bytes('b'), bytes('k'), slice));
    expect(records.slice(0, 2).map(([, value]) => value)).toEqual([
      { path: '/x', offset: 5, length: CHUNK_BYTES },
      { path: '/x', offset: 5 + CHUNK_BYTES, length: CHUNK_BYTES },
    ]);
    expect(records).toHaveLength(3);
  });

  test('has its metadata in the order of its names as UTF-8', () => {
    const userMetadata = new Map([
      ['\ufb00', bytes('3')],
      ['\u{1f600}', bytes('4')],
      ['10', bytes('1')],
      ['9', bytes('2')],
    ]);
    const [[, manifest]] = texts(
      objectRecords(bytes('b'), bytes('k'), bytes(''), { userMetadata, lastModified: 3n }),
    ) as [[string, string]];
    const text = Buffer.from(manifest, 'latin1').toString();
    expect(text).toContain('"user_metadata":{"10":"1","9":"2","\ufb00":"3","\u{1f600}":"4"}');
    expect(text).toContain(`"last_modified_hlc":${3 * 65536},`);
  });

  test('has a key', () => {
    expect(() => [...objectRecords(bytes('b'), bytes(''), bytes(''))]).toThrow(/key/);
  });
});
