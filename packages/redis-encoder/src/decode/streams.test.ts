import { expect, test } from 'vitest';
import { decoded, hex, lengthKey, refusedRow, row, u64 } from './decoded.test-data.ts';

const MAGIC = hex('0052584501');
/** Fields 2 of the message, each shorter than 128 bytes. */
const fields = (...texts: string[]) => texts.map((text) => `\x12${String.fromCharCode(text.length)}${text}`).join('');
const entry = (key: string, ms: bigint, seq: bigint, ...texts: string[]) =>
  row(lengthKey('!stream|entry|', key, u64(ms, seq)), `${MAGIC}${fields(...texts)}`);
const metadata = (key: string, count: bigint, ms: bigint, seq: bigint, ...more: bigint[]) =>
  row(lengthKey('!stream|meta|', key), u64(count, ms, seq, ...more));

test('entries are lines in the order of the numbers of their ids, a closing line is the last', () => {
  const { files } = decoded(
    entry('s', 10n, 0n, 'a', '1', 'a', '<2>'),
    entry('s', 2n, 5n),
    entry('s', 2n, 10n, '', ''),
    metadata('s', 3n, 10n, 0n),
  );
  expect(files).toEqual({
    'streams/s.jsonl':
      '{"id":"2-5","fields":[]}\n' +
      '{"id":"2-10","fields":[{"name":"","value":""}]}\n' +
      '{"id":"10-0","fields":[{"name":"a","value":"1"},{"name":"a","value":"\\u003c2\\u003e"}]}\n' +
      '{"_meta":true,"length":3,"last_ms":10,"last_seq":0,"expire_at_ms":null}\n',
  });
});

test('numbers are exact up to 2^64-1', () => {
  const max = 2n ** 64n - 1n;
  const { files } = decoded(entry('s', max, max), metadata('s', 2n ** 63n - 1n, max, max, max));
  expect(files['streams/s.jsonl']).toBe(
    '{"id":"18446744073709551615-18446744073709551615","fields":[]}\n' +
      '{"_meta":true,"length":9223372036854775807,"last_ms":18446744073709551615,"last_seq":18446744073709551615,"expire_at_ms":18446744073709551615}\n',
  );
});

test('the id is that of the key, whatever the message says', () => {
  const value = `${MAGIC}\x0a\x03${'9-9'}${fields('a', 'b')}`;
  const { files } = decoded(row(lengthKey('!stream|entry|', 's', u64(1n, 2n)), value), metadata('s', 1n, 1n, 2n));
  expect(files['streams/s.jsonl']).toMatch('{"id":"1-2","fields":[{"name":"a","value":"b"}]}\n');
});

test('a trim cursor is not looked at', () => {
  const { files } = decoded(metadata('s', 0n, 5n, 6n, 0n, 3n, 4n));
  expect(files['streams/s.jsonl']).toBe('{"_meta":true,"length":0,"last_ms":5,"last_seq":6,"expire_at_ms":null}\n');
});

test('length and last id are those of the metadata also when the entries say otherwise, with a warning of the count', () => {
  const { files, warnings } = decoded(entry('s', 9n, 9n), metadata('s', 5n, 1n, 1n));
  expect(files['streams/s.jsonl']).toMatch('{"_meta":true,"length":5,"last_ms":1,"last_seq":1,"expire_at_ms":null}\n');
  expect(warnings).toEqual([
    {
      event: 'redis_stream_length_mismatch',
      message: expect.any(String),
      fields: { key: 's', user_key_len: 1, declared_len: 5n, observed_entries: 1 },
    },
  ]);
});

test('entries without metadata leave no file and give one warning with counts and the first key', () => {
  const { files, folders, warnings } = decoded(
    entry('lost:1', 1n, 1n),
    entry('lost:1', 1n, 2n),
    entry('lost:2', 1n, 1n),
  );
  expect(files).toEqual({});
  expect(folders).toEqual(['streams']);
  expect(warnings).toEqual([
    {
      event: 'redis_stream_orphan_entries_without_meta',
      message: expect.any(String),
      fields: { streams: 2, observed_entries: 3, key: 'lost%3A1', user_key_len: 6 },
      loss: true,
    },
  ]);
});

test('without stream rows there is no streams folder', () => {
  expect(decoded(row('!redis|str|k', 'v')).folders).toEqual([]);
});

test.each([
  ['of 0 bytes', '', 0],
  ['of 8 bytes', u64(1n), 8],
  ['of 16 bytes', u64(1n, 1n), 16],
  ['of 40 bytes', u64(0n, 0n, 0n, 0n, 0n), 40],
  ['of 49 bytes', `${u64(0n, 0n, 0n, 0n, 0n, 0n)}\0`, 49],
])('metadata %s is refused', (_, value, length) => {
  const key = lengthKey('!stream|meta|', 'key');
  expect(refusedRow(row(key, value))).toMatchObject({
    key,
    rule: `the value of a !stream|meta| row must be 24, 32 or 48 bytes, it has ${length}`,
  });
});

test('a count with the top bit set is refused', () => {
  expect(refusedRow(metadata('key', 2n ** 63n, 0n, 0n))).toMatchObject({
    key: lengthKey('!stream|meta|', 'key'),
    rule: 'the count of this !stream|meta| row is negative or too large',
  });
});

test.each([0, 8, 15, 17])('an entry key with %i bytes behind the Redis key is refused', (length) => {
  const key = lengthKey('!stream|entry|', 'key', '\x01'.repeat(length));
  expect(refusedRow(row(key, MAGIC))).toMatchObject({
    key,
    rule: 'the key of a !stream|entry| row must end in an id of 16 bytes',
  });
});

test.each([
  ['is empty', '', /magic 0052584501/],
  ['is shorter than the magic', MAGIC.slice(0, 4), /magic 0052584501/],
  ['has the magic of a one-row stream', '\x00RX\x01', /magic 0052584501/],
  ['has a name without a value', `${MAGIC}${fields('a')}`, /a field name has no value/],
  ['has three of names and values', `${MAGIC}${fields('a', 'b', 'c')}`, /a field name has no value/],
  ['has a field that is not UTF-8', `${MAGIC}${fields('a', '\xff')}`, /not valid UTF-8/],
  ['has an id that is not UTF-8', `${MAGIC}\x0a\x01\xff`, /not valid UTF-8/],
  ['is cut inside a field', `${MAGIC}\x12\x05ab`, /protobuf message is broken/],
  ['is cut inside a number', `${MAGIC}\x18\x80`, /protobuf message is (broken|cut short)/],
  ['has a field number 0', `${MAGIC}\x02\x00`, /protobuf message is broken/],
])('an entry whose value %s is refused, by its full key', (_, value, rule) => {
  const key = lengthKey('!stream|entry|', 'key', u64(1n, 2n));
  const refused = refusedRow(row(key, value));
  expect(refused.key).toBe(key);
  expect(refused.rule).toMatch(rule);
  expect(refused.rule).toMatch(/^this !stream\|entry\| row is wrong: /);
});

test('unknown fields of an entry are skipped', () => {
  const value = `${MAGIC}\x18\x05${fields('a', 'b')}\x22\x02hi\x10\x01`;
  const { files } = decoded(row(lengthKey('!stream|entry|', 's', u64(1n, 2n)), value), metadata('s', 1n, 1n, 2n));
  expect(files['streams/s.jsonl']).toMatch('{"id":"1-2","fields":[{"name":"a","value":"b"}]}\n');
});

test('the rows that a server writes give the stream that was made', () => {
  const { files } = decoded(
    row(
      hex('2173747265616d7c656e7472797c 00000005 783a6f6e65 0000018f2a33f800 0000000000000007'),
      hex('0052584501 0a0f 313731343430303030303030302d37 1205 6576656e74 1205 6c6f67696e'),
    ),
    row(
      hex('2173747265616d7c6d6574617c 00000005 783a6f6e65'),
      hex('0000000000000001 0000018f2a33f802 0000000000000000 0000054559dbbef8 0000018f2a33f800 0000000000000007'),
    ),
  );
  expect(files).toEqual({
    'streams/x%3Aone.jsonl':
      '{"id":"1714400000000-7","fields":[{"name":"event","value":"login"}]}\n' +
      '{"_meta":true,"length":1,"last_ms":1714400000002,"last_seq":0,"expire_at_ms":5795418455800}\n',
  });
});
