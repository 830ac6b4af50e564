import { encodeFileName } from '@ekv/dump-tree';
import { describe, expect, test } from 'vitest';
import { encoded, refused } from './encoded.test-data.ts';

const u64 = (value: bigint) => Buffer.from(value.toString(16).padStart(16, '0'), 'hex').toString('latin1');
const LONG = 'L'.repeat(241);
const HASHED = encodeFileName(Buffer.from(LONG));

describe.each([
  { folder: 'strings', sidecar: 'strings_ttl.jsonl', prefix: '!redis|str|', header: '\xff\x01', bare: '\xff\x01\x00' },
  { folder: 'hll', sidecar: 'hll_ttl.jsonl', prefix: '!redis|hll|', header: '\xff\x02', bare: '' },
])('a line of $sidecar', ({ folder, sidecar, prefix, header, bare }) => {
  const rowOf = (key: string, lines: string, files: Record<string, string> = { [`${folder}/${key}.bin`]: 'v' }) =>
    encoded({ ...files, [sidecar]: lines }).rows[`${prefix}${key}`];
  /** As a server stores it: of an HyperLogLog with its magic. */
  const value = folder === 'hll' ? '\x00RS\x01' : 'v';
  const expiring = (expiry: bigint) => `${header}\x01${u64(expiry)}v`;

  test('gives the expiry of its file', () => {
    expect(rowOf('k', '{"key":"k","expire_at_ms":5795418435365}\n')).toBe(expiring(5795418435365n));
  });

  test('may hold any 64 bits, which are not clamped', () => {
    expect(rowOf('k', '{"key":"k","expire_at_ms":18446744073709551615}')).toBe(expiring(2n ** 64n - 1n));
  });

  test.each(['{"key":"k","expire_at_ms":0}', '{"key":"k","expire_at_ms":null}', '{"key":"k"}'])(
    'such as %s gives none',
    (line) => {
      expect(rowOf('k', line)).toBe(`${bare}v`);
    },
  );

  test('counts when it is the last for its key, also when that gives none', () => {
    expect(rowOf('k', '{"key":"k","expire_at_ms":1}{"key":"k","expire_at_ms":2}')).toBe(expiring(2n));
    expect(rowOf('k', '{"key":"k","expire_at_ms":1}{"key":"k","expire_at_ms":0}')).toBe(`${bare}v`);
    expect(rowOf('k', '{"key":"k","expire_at_ms":1}{"key":"%6B","expire_at_ms":3}')).toBe(expiring(3n));
  });

  test.each([
    ['a/b', 'a%2fb', 'a%2Fb'],
    ['a/b', 'a%2Fb', 'a%2fb'],
    ['k', '%6B', 'k'],
    ['k', 'b64.aw', '%6b'],
    ['', '', ''],
  ])('belongs to the file of the same key %j, however the names %j and %j are spelt', (key, stem, name) => {
    const files = { [`${folder}/${stem}.bin`]: 'v' };
    expect(rowOf(key, `{"key":"${name}","expire_at_ms":7}`, files)).toBe(expiring(7n));
  });

  test('without a key belongs to the empty key', () => {
    expect(rowOf('', '{"expire_at_ms":7}')).toBe(expiring(7n));
  });

  test('finds the key of a hashed name in the key map', () => {
    const original = Buffer.from(LONG).toString('base64url');
    const keymap = `${JSON.stringify({ encoded: HASHED, original, kind: 'sha-fallback' })}\n`;
    const files = { [`${folder}/${HASHED}.bin`]: 'v', 'KEYMAP.jsonl': keymap };
    expect(rowOf(LONG, `{"key":"${HASHED}","expire_at_ms":7}`, files)).toBe(expiring(7n));
  });

  test('may stand anywhere in the file, with any white space between', () => {
    const files = Object.fromEntries(['a', 'b', 'c'].map((key) => [`${folder}/${key}.bin`, key]));
    const lines = '\n\r\n {"key":"c","expire_at_ms":3}{"expire_at_ms":\n1,"key":"a"}\t{"key":"b","expire_at_ms":2}  ';
    const { rows } = encoded({ ...files, [sidecar]: lines });
    const values = ['a', 'b', 'c'].map((key) => rows[`${prefix}${key}`]);
    expect(values).toEqual(['a', 'b', 'c'].map((key, i) => `${header}\x01${u64(BigInt(i + 1))}${key}`));
  });

  test('of a key without a file is left out; one warning counts them and names the first', () => {
    const lines = ['k', 'gone', 'a%zz', HASHED, 'a\\nb'].map((name) => `{"key":"${name}","expire_at_ms":7}\n`).join('');
    const { rows, warnings } = encoded({ [`${folder}/k.bin`]: value, [sidecar]: lines });
    expect(rows[`${prefix}k`]).toBe(`${header}\x01${u64(7n)}${value}`);
    expect(warnings).toEqual([
      {
        event: 'redis_unused_expiry',
        message: expect.stringMatching(`${sidecar} has expiries of keys that have no file, for example a%zz; `),
        fields: { count: 4 },
        loss: true,
      },
    ]);
  });

  test('that cannot be decoded is named in one line of text', () => {
    const { warnings } = encoded({ [sidecar]: '{"key":"a\\n\\u001b[1mb","expire_at_ms":7}' });
    expect(warnings[0]!.message).toContain('for example a\\x0a\\x1b[1mb; ');
  });

  test('is also unused when there is no file at all', () => {
    const { rows, warnings } = encoded({ [sidecar]: '{"key":"k","expire_at_ms":7}' });
    expect(rows).toEqual({});
    expect(warnings.map(({ event, fields }) => [event, fields.count])).toEqual([['redis_unused_expiry', 1]]);
  });

  test('is not that of the other type', () => {
    const other = folder === 'hll' ? 'strings_ttl.jsonl' : 'hll_ttl.jsonl';
    const { rows } = encoded({ [`${folder}/k.bin`]: 'v', [other]: '{"key":"k","expire_at_ms":7}' });
    expect(rows[`${prefix}k`]).toBe(`${bare}v`);
  });

  test.each([
    ['{"key":"k","expire_at_ms":-1}', '1:27: "expire_at_ms"'],
    ['{"key":"k","expire_at_ms":1.0}', '1:27: "expire_at_ms"'],
    ['{"key":"k","expire_at_ms":1e3}', '1:27: "expire_at_ms"'],
    ['{"key":"k","expire_at_ms":-0}', '1:27: "expire_at_ms"'],
    ['{"key":"k","expire_at_ms":"1"}', '1:27: "expire_at_ms"'],
    ['{"key":"k","expire_at_ms":18446744073709551616}', '1:27: "expire_at_ms"'],
    ['{"key":1}', '1:8: "key"'],
    ['{"key":null}', '1:8: "key"'],
    ['{"key":"k","key":"k"}', '1:12: the field "key" is there twice'],
    ['{}\n[]', '2:1: '],
    ['{}\n{} x', '2:4: '],
    ['{}\n{"key"', '2:'],
    ['\xef\xbb\xbf{}', '1:1: a byte order mark'],
    ['{"key":"\xff"}', '1:9: invalid UTF-8'],
    ['{"key":"\\ud800"}', '1:9: a lone surrogate'],
  ])('such as %j is refused with file, line and column', (lines, place) => {
    const [problem, ...more] = refused({ [`${folder}/k.bin`]: 'v', [sidecar]: lines });
    expect(problem).toContain(`redis/db_0/${sidecar}:${place}`);
    expect(more).toEqual([]);
  });

  test('with unknown fields gives one warning for each name', () => {
    const lines = '{"key":"k","expire_at_ms":7,"ttl":[1,{}],"Key":1}{"ttl":null,"key":"k"}';
    const { warnings } = encoded({ [`${folder}/k.bin`]: value, [sidecar]: lines });
    expect(warnings.map(({ event, fields }) => [event, fields.field, fields.count])).toEqual([
      ['unknown_field', 'ttl', 2],
      ['unknown_field', 'Key', 1],
    ]);
  });
});

test('an expiring HyperLogLog has an index row, an expiring string has none', () => {
  const { rows } = encoded({
    'strings/k.bin': 's',
    'strings_ttl.jsonl': '{"key":"k","expire_at_ms":1}',
    'hll/k.bin': 'h',
    'hll_ttl.jsonl': '{"key":"k","expire_at_ms":2}',
  });
  expect(rows).toEqual({
    '!redis|str|k': `\xff\x01\x01${u64(1n)}s`,
    '!redis|hll|k': `\xff\x02\x01${u64(2n)}h`,
    '!redis|ttl|k': u64(2n),
  });
});

test('many lines and files find each other', () => {
  const keys = Array.from({ length: 500 }, (_, i) => `key${(i * 7919) % 500}`);
  const files = Object.fromEntries(keys.map((key) => [`strings/${key}.bin`, key]));
  const lines = keys.map((key) => `{"key":"${key}","expire_at_ms":${1000 + Number(key.slice(3))}}\n`).join('');
  const { rows, warnings } = encoded({ ...files, 'strings_ttl.jsonl': lines });
  expect(warnings).toEqual([]);
  for (const key of keys)
    expect(rows[`!redis|str|${key}`]).toBe(`\xff\x01\x01${u64(BigInt(1000 + Number(key.slice(3))))}${key}`);
});
