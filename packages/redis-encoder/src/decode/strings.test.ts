import { describe, expect, test } from 'vitest';
import { decoded, hex, refusedRow, row, u64 } from './decoded.test-data.ts';

const EXPIRY = 5795418435365n;
const LONG = 'L'.repeat(241);
const LATER = 'M'.repeat(242);
const HASHED_NAME = /^[0-9a-f]{32}__[LM]{64}$/;

describe.each([
  { type: 'string', prefix: '!redis|str|', folder: 'strings', sidecar: 'strings_ttl.jsonl', header: '\xff\x01' },
  { type: 'HyperLogLog', prefix: '!redis|hll|', folder: 'hll', sidecar: 'hll_ttl.jsonl', header: '\xff\x02' },
])('the value of a $type', ({ prefix, folder, sidecar, header }) => {
  const otherHeader = header === '\xff\x01' ? '\xff\x02' : '\xff\x01';

  test.each([
    ['without header is the body whole', 'plain', 'plain'],
    ['that is empty is an empty body', '', ''],
    ['that is a single FF has no header', '\xff', '\xff'],
    ['with the header of the other type has none', `${otherHeader}\x00x`, `${otherHeader}\x00x`],
    ['with a header stands behind it', `${header}\x00body`, 'body'],
    ['with a header may be empty', `${header}\x00`, ''],
    ['holds its expiry when bit 0 of the flags is set', `${header}\x01${u64(EXPIRY)}body`, 'body'],
    ['may be empty behind the expiry', `${header}\x01${u64(EXPIRY)}`, ''],
    ['ignores bits 1 to 7 of the flags, bit 0 clear', `${header}\xfebody`, 'body'],
    ['ignores bits 1 to 7 of the flags, bit 0 set', `${header}\xff${u64(EXPIRY)}body`, 'body'],
    ['is any bytes', `${header}\x00\x00\xff\n\x80`, '\x00\xff\n\x80'],
  ])('%s', (_, value, body) => {
    expect(decoded(row(`${prefix}k`, value)).files[`${folder}/k.bin`]).toBe(body);
  });

  test.each([
    ['ends behind its two magic bytes', header],
    ['has an expiry of no bytes', `${header}\x01`],
    ['has an expiry of 7 bytes', `${header}\x01${u64(EXPIRY).slice(1)}`],
  ])('is refused when the header %s', (_, value) => {
    expect(refusedRow(row(`${prefix}a`, 'x'), row(`${prefix}key`, value))).toEqual({
      key: `${prefix}key`,
      rule: `the header of this ${prefix} value is cut short`,
      // Behind the file's header and the first row: two lengths, key and timestamp, value header and body.
      offset: 16 + 8 + `${prefix}a`.length + 8 + 8 + 9 + 1,
    });
  });

  test('that is cut short is not looked at under a deletion', () => {
    const { files } = decoded({ ...row(`${prefix}k`, header), tombstone: true });
    expect(files).toEqual({});
  });

  test('gives a sidecar line when it expires', () => {
    const { files } = decoded(row(`${prefix}session:1`, `${header}\x01${u64(EXPIRY)}x`));
    expect(files[sidecar]).toBe('{"key":"session%3A1","expire_at_ms":5795418435365}\n');
  });

  test.each([
    ['0 stands for none', 0n, undefined],
    ['the largest signed number is kept', 2n ** 63n - 1n, '9223372036854775807'],
    ['a larger number is clamped', 2n ** 63n, '9223372036854775807'],
    ['the largest unsigned number is clamped', 2n ** 64n - 1n, '9223372036854775807'],
    ['a time that is past is kept', 1n, '1'],
  ])('has an expiry of which %s', (_, expiry, text) => {
    const { files } = decoded(row(`${prefix}k`, `${header}\x01${u64(expiry)}`));
    expect(files[sidecar]).toBe(text === undefined ? undefined : `{"key":"k","expire_at_ms":${text}}\n`);
  });

  test('without header expires when there is an index row, whose expiry is clamped too', () => {
    const { files, warnings } = decoded(row(`${prefix}k`, 'bare'), row('!redis|ttl|k', u64(2n ** 64n - 1n)));
    expect(files[sidecar]).toBe('{"key":"k","expire_at_ms":9223372036854775807}\n');
    expect(warnings).toEqual([]);
  });

  test('without header gives a line of 0 for an index row of 0', () => {
    const { files } = decoded(row(`${prefix}k`, 'bare'), row('!redis|ttl|k', u64(0n)));
    expect(files[sidecar]).toBe('{"key":"k","expire_at_ms":0}\n');
  });

  test('with a header without expiry does not expire, whatever the index row says', () => {
    const { files, warnings } = decoded(row(`${prefix}k`, `${header}\x00x`), row('!redis|ttl|k', u64(EXPIRY)));
    expect(files).toEqual({ [`${folder}/k.bin`]: 'x' });
    expect(warnings).toEqual([]);
  });

  test('with an expiry in its header is not changed by the index row', () => {
    const { files } = decoded(row(`${prefix}k`, `${header}\x01${u64(7n)}x`), row('!redis|ttl|k', u64(EXPIRY)));
    expect(files[sidecar]).toBe('{"key":"k","expire_at_ms":7}\n');
  });

  test('puts the lines of values with a header first, then those of bare ones, each in the order of rows', () => {
    const { files } = decoded(
      row(`${prefix}a`, 'bare'),
      row(`${prefix}b`, `${header}\x01${u64(2n)}`),
      row(`${prefix}c`, 'bare'),
      row(`${prefix}d`, `${header}\x01${u64(4n)}`),
      row('!redis|ttl|a', u64(1n)),
      row('!redis|ttl|c', u64(3n)),
    );
    expect(files[sidecar]!.match(/"key":"."/g)!.join()).toBe('"key":"b","key":"d","key":"a","key":"c"');
  });

  test('under a hashed name has a key map record next to that of its expiry, when the header holds it', () => {
    const { files } = decoded(
      row(`${prefix}${LONG}`, `${header}\x01${u64(EXPIRY)}`),
      row(`${prefix}${LATER}`, `${header}\x00`),
    );
    const records = files['KEYMAP.jsonl']!.trimEnd().split('\n');
    expect(records.map((record) => originalOf(record).length)).toEqual([241, 241, 242]);
    expect(records.every((record) => HASHED_NAME.test(JSON.parse(record).encoded))).toBe(true);
  });

  test('under a hashed name has a key map record apart from that of its expiry, when an index row holds it', () => {
    const { files } = decoded(
      row(`${prefix}${LONG}`, 'bare'),
      row(`${prefix}${LATER}`, `${header}\x00`),
      row(`!redis|ttl|${LONG}`, u64(EXPIRY)),
    );
    const records = files['KEYMAP.jsonl']!.trimEnd().split('\n');
    expect(records.map((record) => originalOf(record).length)).toEqual([241, 242, 241]);
  });
});

const originalOf = (record: string) => Buffer.from(JSON.parse(record).original, 'base64url').toString('latin1');

test('the rows that a server writes give the files of the data that was set', () => {
  const { files } = decoded(
    row(hex('2172656469737c7374727c 6772656574696e67'), hex('ff0100 68656c6c6f20776f726c64')),
    row(hex('2172656469737c7374727c 73657373696f6e3a31'), hex('ff0101 0000054559db6f25 746f6b656e')),
    row(hex('2172656469737c74746c7c 73657373696f6e3a31'), hex('0000054559db6f25')),
    row(hex('2172656469737c686c6c7c 686c6c3a706c61696e'), hex('ff0200 00525301 0a0161 0a0162 0a0163')),
  );
  expect(files).toEqual({
    'strings/greeting.bin': 'hello world',
    'strings/session%3A1.bin': 'token',
    'strings_ttl.jsonl': '{"key":"session%3A1","expire_at_ms":5795418435365}\n',
    'hll/hll%3Aplain.bin': hex('00525301 0a0161 0a0162 0a0163'),
  });
});

test('a string and a HyperLogLog of one key are two files', () => {
  const { files } = decoded(row('!redis|hll|k', 'h'), row('!redis|str|k', 's'));
  expect(files).toEqual({ 'hll/k.bin': 'h', 'strings/k.bin': 's' });
});

test.each([
  ['the empty key', '', '.bin'],
  ['the key "."', '.', '..bin'],
  ['the key ".."', '..', '...bin'],
  ['a key with a slash', 'a/../b', 'a%2F..%2Fb.bin'],
  ['a key with all kinds of bytes', '\x00\xff%', '%00%FF%25.bin'],
])('%s is a file like all others', (_, key, name) => {
  expect(Object.keys(decoded(row(`!redis|str|${key}`, 'x')).files)).toEqual([`strings/${name}`]);
});
