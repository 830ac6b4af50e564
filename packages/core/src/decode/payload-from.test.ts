import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { writeSnapshot } from '@ekv/test-support/node-file';
import { beforeEach, describe, expect, test } from 'vitest';
import { StatePlace } from '../whole-state/whole-state.test-data.ts';

const part = (text: string) => `${text}\0\x01`;
const u64 = (value: number) => String.fromCharCode(0, 0, 0, 0, 0, 0, 0, value);
const u16 = (value: number) => String.fromCharCode(value >> 8, value & 0xff);
const counted = (text: string) => u16(text.length) + text;

const CHUNKS = ['first chunk', 'second one'];
const digest = (text: string) => createHash('sha256').update(text).digest();

/** A reference to a payload that node n1 wrote, with a replica on n2. */
const reference = (text: string) =>
  `\x02${digest(text).toString('latin1')}${u64(text.length)}${counted('n1')}${u16(1)}${counted('n2')}${counted('10.0.0.2:1')}`;
const PARTS = `[{"part_no":1,"etag":"","size_bytes":21,"chunk_count":2,"chunk_sizes":[11,10],"part_version":0,"chunk_ref_version":7,"offloaded":true}]`;
const ID = `${part('b')}${u64(1)}${part('k')}`;
const OBJECT: Record<string, string> = {
  [`!s3|bucket|meta|${part('b')}`]: '{"bucket_name":"b","generation":1,"created_at_hlc":1}',
  [`!s3|obj|head|${ID}`]: `{"upload_id":"u","etag":"","size_bytes":21,"last_modified_hlc":117691947941036032,"parts":${PARTS}}`,
  [`!s3|chunkref|${ID}${part('u')}${u64(1)}${u64(0)}${u64(7)}`]: reference(CHUNKS[0]!),
  [`!s3|chunkref|${ID}${part('u')}${u64(1)}${u64(1)}${u64(7)}`]: reference(CHUNKS[1]!),
};
const payload = (text: string, body = text) => ({
  key: `!s3|chunkblob|${digest(text).toString('hex')}`,
  value: Buffer.from(body),
});

let place: StatePlace;
beforeEach(() => {
  place = new StatePlace();
  place.plantRows(OBJECT);
});

/** A snapshot of another node. */
function other(name: string, ...entries: Array<{ key: string; value: Buffer }>): string {
  return writeSnapshot(join(place.folder, name), entries);
}

const plain = { wholeState: false };

test('an object whose bytes other nodes keep names them, how many payloads there are, and what to give', () => {
  expect(() => place.decoded(plain)).toThrow(
    /2 payloads are not in the snapshot, other nodes keep them \(n1, n2 at 10\.0\.0\.2:1\): name a snapshot of one of these with the option payloadFrom/,
  );
});

test('the bytes are taken from snapshots of these, and nothing else', () => {
  const noise = { key: '!redis|str|other', value: Buffer.from('\xff\x01\0of another node', 'latin1') };
  const first = other('n1.fsm', payload(CHUNKS[0]!), payload('spare'), noise);
  const second = other('n2.fsm', payload(CHUNKS[0]!), payload(CHUNKS[1]!));
  const result = place.decoded({ ...plain, payloadFrom: [first, second] });
  expect(place.read('s3/b/k')).toBe(CHUNKS.join(''));
  expect(result).toMatchObject({ outcome: 'decoded', counts: { redis: 0 } });
});

test('a payload with another digest than its key says is refused, by the path of its own file', () => {
  const bad = other('bad.fsm', payload(CHUNKS[0]!), payload(CHUNKS[1]!, 'other bytes'));
  expect(() => place.decoded({ ...plain, payloadFrom: [bad] })).toThrow(
    /bad\.fsm: entry 2 at offset \d+, key .*: the payload of this row has the digest/,
  );
});

describe('is refused at once', () => {
  test.each([
    ['without the adapter s3', { adapters: ['redis'] as const, payloadFrom: ['x.fsm'] }, /goes with the adapter s3/],
    ['for standard input', { payloadFrom: ['-'] }, /must name another snapshot file/],
    ['for no path', { payloadFrom: [''] }, /must name another snapshot file/],
  ])('%s', (_, request, message) => {
    expect(() => place.decoded({ ...plain, ...request })).toThrow(message);
  });

  test('for the input itself', () => {
    expect(() => place.decoded({ ...plain, payloadFrom: [place.input] })).toThrow(/another snapshot file than --input/);
  });

  test('for a file that is not there', () => {
    expect(() => place.decoded({ ...plain, payloadFrom: [join(place.folder, 'none.fsm')] })).toThrow(/none\.fsm/);
  });
});
