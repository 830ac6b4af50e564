import { expect, test } from 'vitest';
import { encoded, refused } from './encoded.test-data.ts';

const PATH = 'streams/k.jsonl';
const u64 = (...values: readonly bigint[]) =>
  values.map((value) => Buffer.from(value.toString(16).padStart(16, '0'), 'hex').toString('latin1')).join('');
const entryKey = (ms: bigint, seq: bigint) => `!stream|entry|\0\0\0\x01k${u64(ms, seq)}`;
const METADATA = '!stream|meta|\0\0\0\x01k';
const closing = (length: number, ms = 0, seq = 0) =>
  `{"_meta":true,"length":${length},"last_ms":${ms},"last_seq":${seq}}\n`;

test('a stream is a row for each entry, and metadata from the closing line', () => {
  const lines =
    '{"id":"2-5","fields":[]}\n' +
    '{"id":"10-0","fields":[{"name":"a","value":"1"},{"name":"a","value":"\\u003c2\\u003e"}]}\n' +
    '{"_meta":true,"length":2,"last_ms":10,"last_seq":7,"expire_at_ms":null}\n';
  expect(encoded({ [PATH]: lines }).rows).toEqual({
    [entryKey(2n, 5n)]: '\x00RXE\x01\x0a\x032-5',
    [entryKey(10n, 0n)]: '\x00RXE\x01\x0a\x0410-0\x12\x01a\x12\x011\x12\x01a\x12\x03<2>',
    [METADATA]: u64(2n, 10n, 7n),
  });
});

test('a stream that expires has longer metadata and an index row', () => {
  const { rows } = encoded({ [PATH]: '{"_meta":true,"expire_at_ms":18446744073709551615}' });
  expect(rows).toEqual({ [METADATA]: u64(0n, 0n, 0n, 2n ** 64n - 1n), '!redis|ttl|k': u64(2n ** 64n - 1n) });
});

test.each([
  ['the closing line first', `${closing(2, 2)}{"id":"2-0"}{"id":"1-0"}`],
  ['several values on a line', `{"id":"1-0"}{"id":"2-0"}${closing(2, 2)}`],
  ['blank lines', `\n\n{"id":"1-0"}\n \r\n{"id":"2-0"}\n${closing(2, 2)}\n\n`],
  ['values over several lines', `{\n"id":\n"1-0"}{"id":"2-0"\n}${closing(2, 2)}`],
  ['entries out of order', `{"id":"2-0"}\n{"id":"1-0"}\n${closing(2, 2)}`],
  ['_meta of null and false in entries', `{"id":"2-0","_meta":null}{"_meta":false,"id":"1-0"}${closing(2, 2)}`],
  ['fields of null and none', `{"id":"2-0","fields":null}{"id":"1-0"}${closing(2, 2)}`],
])('a stream may have %s', (_, lines) => {
  const { rows } = encoded({ [PATH]: lines });
  expect(Object.keys(rows).sort()).toEqual([entryKey(1n, 0n), entryKey(2n, 0n), METADATA].sort());
});

test('absent and null numbers of the closing line are 0', () => {
  for (const line of [
    '{"_meta":true}',
    '{"_meta":true,"length":null,"last_ms":null,"last_seq":null,"expire_at_ms":0}',
  ]) {
    expect(encoded({ [PATH]: line }).rows).toEqual({ [METADATA]: u64(0n, 0n, 0n) });
  }
});

test('numbers are exact up to 2^64-1', () => {
  const max = 2n ** 64n - 1n;
  const lines = `{"id":"${max}-${max}"}{"_meta":true,"length":1,"last_ms":${max},"last_seq":${max}}`;
  const { rows } = encoded({ [PATH]: lines });
  expect(Object.keys(rows)).toContain(entryKey(max, max));
  expect(rows[METADATA]).toBe(u64(1n, max, max));
});

test.each([
  ['', 'the closing line with "_meta": true is missing'],
  ['\n', 'the closing line with "_meta": true is missing'],
  ['{"id":"1-1"}', 'the closing line with "_meta": true is missing'],
  [`${closing(0)}${closing(0)}`, ':2:1: a second line has "_meta": true'],
  [`{"fields":[]}${closing(1)}`, ':1:1: "id" is missing'],
  ['{"_meta":1}', ':1:10: "_meta" must be true or false, not a number'],
  ['{"_meta":"true"}', ':1:10: "_meta" must be true or false, not a string'],
  ['{"_META":true}', ':1:1: "id" is missing'],
  ['[]', ':1:1: a line of a stream must be an object, not an array'],
  [`${closing(0)}x`, ':2:1: this is not a JSON value'],
  [`${closing(0)},`, ':2:1: this is not a JSON value'],
  ['{"_meta":true', ':1:1: this object does not end'],
  ['{"_meta":true,"_meta":true}', ':1:15: the field "_meta" is there twice'],
  [`{"id":"1-1","fields":{}}${closing(1, 1, 1)}`, ':1:22: "fields" must be an array, not an object'],
  [`{"id":"1-1","fields":["a","b"]}`, ':1:23: a field must be an object, not a string'],
  [`{"id":"1-1","fields":[{"name":"a"}]}`, ':1:23: "value" is missing'],
  [`{"id":"1-1","fields":[{"value":"a"}]}`, ':1:23: "name" is missing'],
  [`{"id":"1-1","fields":[{"name":null,"value":"a"}]}`, ':1:31: "name" must be a string'],
])('the stream %j is refused with its path', (lines, reason) => {
  const [problem, ...more] = refused({ [PATH]: lines });
  expect(problem).toMatch(/^redis\/db_0\/streams\/k\.jsonl:/);
  expect(problem).toContain(reason);
  expect(more).toEqual([]);
});

test.each(['-1', '1.0', '1e0', '"1"', 'true', '18446744073709551616', '{}'])(
  'the number %s is refused by its field',
  (value) => {
    for (const field of ['length', 'last_ms', 'last_seq', 'expire_at_ms']) {
      const [problem] = refused({ [PATH]: `{"_meta":true,"${field}":${value}}` });
      expect(problem).toContain(`k.jsonl:1:${18 + field.length}: "${field}" must be`);
    }
  },
);

test.each([
  [0, 'there are 1 entries; correct it to 1'],
  [2, 'there are 1 entries; correct it to 1'],
])('a length of %i with one entry is refused', (length, reason) => {
  const [problem] = refused({ [PATH]: `{"id":"1-1"}\n${closing(length, 1, 1)}` });
  expect(problem).toBe(`redis/db_0/${PATH}:2:1: "length" is ${length}, but ${reason}`);
});

test.each([
  ['5-4', 5, 5, false],
  ['5-5', 5, 5, false],
  ['5-6', 5, 5, true],
  ['6-0', 5, 5, true],
  ['4-9', 5, 5, false],
])('with an entry %s the last id %i-%i is refused: %s', (id, ms, seq, isRefused) => {
  const files = { [PATH]: `{"id":"${id}"}\n${closing(1, ms, seq)}` };
  if (isRefused)
    expect(refused(files)).toEqual([
      expect.stringMatching(`:2:1: "last_ms" and "last_seq" give 5-5, below the entry ${id}`),
    ]);
  else expect(encoded(files).rows[METADATA]).toBe(u64(1n, 5n, 5n));
});

test.each([
  '1',
  '',
  '-',
  '1-',
  '-1',
  '1-2-3',
  '+1-2',
  '1-+2',
  '-1-2',
  ' 1-2',
  '1-2 ',
  '1 -2',
  '01-2',
  '1-02',
  '00-1',
  '0x1-2',
  '1.0-2',
  '1-2n',
  '18446744073709551616-0',
  '0-18446744073709551616',
  '99999999999999999999-0',
  '1-2\n',
  '٣-1',
])('the id %j is refused, quoted as given', (id) => {
  const bytes = Buffer.from(JSON.stringify({ id }) + closing(1, 9)).toString('latin1');
  const [problem] = refused({ [PATH]: bytes });
  expect(problem).toMatch(/k\.jsonl:1:7: the id ".*" must be two decimal numbers/);
  if (/^[ -~]*$/.test(id)) expect(problem).toContain(`the id "${id}" `);
});

test.each(['0-0', '0-1', '10-0', '18446744073709551615-0'])('the id %s is accepted', (id) => {
  const { rows } = encoded({ [PATH]: `{"id":"${id}"}{"_meta":true,"length":1,"last_ms":18446744073709551615}` });
  const [ms, seq] = id.split('-').map(BigInt) as [bigint, bigint];
  expect(Object.keys(rows)).toContain(entryKey(ms, seq));
});

test('an id twice gives the same row twice', () => {
  expect(refused({ [PATH]: `{"id":"1-1"}{"id":"1-1"}${closing(2, 1, 1)}` })).toEqual([
    `duplicate row ${entryKey(1n, 1n)}`,
  ]);
});

test('names and values that are not UTF-8 are refused with file and line, for a stream cannot hold them', () => {
  for (const field of ['{"name":{"base64":"_w"},"value":""}', '{"name":"","value":{"base64":"_w"}}']) {
    const [problem] = refused({ [PATH]: `{"id":"1-1"}\n{"id":"1-2","fields":[${field}]}\n${closing(2, 1, 2)}` });
    expect(problem).toBe(`redis/db_0/${PATH}:2:1: a string is not valid UTF-8; a stream cannot hold it`);
  }
});

test('names and values may be given as base64 when they are UTF-8', () => {
  const field = '{"name":{"base64":"YQ"},"value":{"base64":"4piD"}}';
  const { rows } = encoded({ [PATH]: `{"id":"1-1","fields":[${field}]}${closing(1, 1, 1)}` });
  expect(rows[entryKey(1n, 1n)]).toBe('\x00RXE\x01\x0a\x031-1\x12\x01a\x12\x03\xe2\x98\x83');
});

test('unknown fields are ignored at every level, with one warning for each name', () => {
  const lines = `{"id":"1-1","fields":[{"name":"a","value":"b","x":1}],"y":2}{"_meta":true,"length":1,"last_ms":9,"y":{}}`;
  const { rows, warnings } = encoded({ [PATH]: lines });
  expect(Object.keys(rows)).toHaveLength(2);
  expect(warnings.map(({ fields }) => [fields.field, fields.count])).toEqual([
    ['x', 1],
    ['y', 2],
  ]);
});
