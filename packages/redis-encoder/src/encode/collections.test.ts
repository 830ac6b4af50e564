import { describe, expect, test } from 'vitest';
import { encoded, refused } from './encoded.test-data.ts';

const key = (prefix: string, rest = '') => `${prefix}\0\0\0\x01k${rest}`;
const u64 = (value: bigint) => Buffer.from(value.toString(16).padStart(16, '0'), 'hex').toString('latin1');

const TYPES = [
  {
    folder: 'hashes',
    list: 'fields',
    metadata: key('!hs|meta|'),
    element: '{"name":"a","value":"v"}',
    row: key('!hs|fld|', 'a'),
  },
  { folder: 'sets', list: 'members', metadata: key('!st|meta|'), element: '"a"', row: key('!st|mem|', 'a') },
  { folder: 'lists', list: 'items', metadata: '!lst|meta|k', element: '"a"', row: '!lst|itm|k\x80\0\0\0\0\0\0\0' },
  {
    folder: 'zsets',
    list: 'members',
    metadata: key('!zs|meta|'),
    element: '{"member":"a","score":1}',
    row: key('!zs|mem|', 'a'),
  },
] as const;

describe.each(TYPES)('a file in $folder', ({ folder, list, metadata, element, row }) => {
  const path = `${folder}/k.json`;
  const countOf = (rows: Readonly<Record<string, string>>) =>
    Buffer.from(rows[metadata]!, 'latin1').readBigUInt64BE(folder === 'lists' ? 16 : 0);
  const expiryOf = (rows: Readonly<Record<string, string>>) => rows[metadata]!.slice(folder === 'lists' ? 24 : 8);

  test('gives metadata with the count, and a row for each element', () => {
    const { rows } = encoded({ [path]: `{"format_version":1,"${list}":[${element}],"expire_at_ms":null}` });
    expect(countOf(rows)).toBe(1n);
    expect(Object.keys(rows)).toContain(row);
    expect(expiryOf(rows)).toBe('');
  });

  test('may have its fields in any order and any white space around all parts', () => {
    const { rows } = encoded({
      [path]: ` \n\t\r{ "expire_at_ms" : 5 ,"${list}": [ ${element} ]\r\n,"format_version":1}\n `,
    });
    expect(countOf(rows)).toBe(1n);
    expect(expiryOf(rows)).toBe(u64(5n));
    expect(rows['!redis|ttl|k']).toBe(u64(5n));
  });

  test.each(['', `"${list}":null,`, `"${list}":[],`])('with %j for its list is empty', (part) => {
    expect(countOf(encoded({ [path]: `{${part}"format_version":1}` }).rows)).toBe(0n);
  });

  test.each([
    ['', ['redis_no_list'], true],
    [`"${list}":null,`, ['redis_no_list'], true],
    [`"${list}":[],`, [], undefined],
    [`"${list}":[${element}],`, [], undefined],
  ])('with %j for its list gives the warnings %j', (part, events, doubt) => {
    const { warnings } = encoded({ [path]: `{${part}"format_version":1}` });
    expect(warnings.map(({ event }) => event)).toEqual(events);
    expect(warnings[0]?.doubt).toBe(doubt);
  });

  test.each(['', '"expire_at_ms":null,', '"expire_at_ms":0,'])('with %j does not expire', (part) => {
    const { rows } = encoded({ [path]: `{${part}"format_version":1}` });
    expect(expiryOf(rows)).toBe('');
    expect(rows['!redis|ttl|k']).toBeUndefined();
  });

  test('may expire at 2^64-1', () => {
    const { rows } = encoded({ [path]: '{"format_version":1,"expire_at_ms":18446744073709551615}' });
    expect(expiryOf(rows)).toBe(u64(2n ** 64n - 1n));
    expect(rows['!redis|ttl|k']).toBe(u64(2n ** 64n - 1n));
  });

  test.each(['-1', '-0', '1.0', '1e3', '"1"', 'true', '18446744073709551616', '01', '[]', '1'.repeat(1000)])(
    'with an expiry of %s is refused by the name of the field, or as no JSON',
    (expiry) => {
      const [problem] = refused({ [path]: `{"format_version":1,"expire_at_ms":${expiry}}` });
      expect(problem).toMatch(
        expiry === '01' ? /k\.json:1:36: a number must not have leading zeros/ : /k\.json:1:36: "expire_at_ms" must be/,
      );
      expect(problem!.length).toBeLessThan(250);
    },
  );

  test.each(['2', '0', '1.0', 'null', '"1"', 'true', '1e0'])('with the format version %s is refused', (version) => {
    const [problem] = refused({ [path]: `{"format_version":${version}}` });
    const rule = /^\d$/.test(version) ? `is ${version}, this version of ekv reads 1 alone` : 'must be';
    expect(problem).toContain(`redis/db_0/${path}:1:19: "format_version" ${rule}`);
  });

  test('without a format version is refused', () => {
    expect(refused({ [path]: `{"${list}":[]}` })).toEqual([
      `redis/db_0/${path}:1:1: "format_version" is missing, it must be 1`,
    ]);
  });

  test.each([
    ['{}', 'must be an array, not an object'],
    ['"a"', 'must be an array, not a string'],
    ['1', 'must be an array, not a number'],
    ['true', 'must be an array, not true'],
  ])('with %s for its list is refused', (value, reason) => {
    expect(refused({ [path]: `{"format_version":1,"${list}":${value}}` })).toEqual([
      expect.stringMatching(`"${list}" ${reason}`),
    ]);
  });

  test('with a null for an element is refused', () => {
    const [problem] = refused({ [path]: `{"format_version":1,"${list}":[null]}` });
    expect(problem).toContain(`redis/db_0/${path}:1:${'{"format_version":1,"":['.length + list.length + 1}: `);
  });

  test.each([
    ['', 'the file ends where an object is expected'],
    [' \n', 'the file ends where an object is expected'],
    ['[]', 'the file must be an object, not an array'],
    ['null', 'the file must be an object, not null'],
    ['\xef\xbb\xbf{"format_version":1}', 'a byte order mark is not allowed'],
    ['{"format_version":1}{}', 'trailing data'],
    ['{"format_version":1}]', 'trailing data'],
    ['{"format_version":1', 'does not end'],
    ['{"format_version":1,}', 'trailing comma'],
    ['{"format_version":1,"format_version":1}', '"format_version" is there twice'],
    ['{"format_version":1,"x":1,"x":2}', '"x" is there twice'],
    ['{"format_version":1,"x":"\xff"}', 'invalid UTF-8'],
    ['{"format_version":1,"x":"\\ud800"}', 'lone surrogate'],
    ['{"format_version":1,"x":"\n"}', 'control character'],
    ['{"format_version":1} // note', 'trailing data'],
  ])('of %j is refused with path, line and column', (text, reason) => {
    const [problem, ...more] = refused({ [path]: text });
    expect(problem).toMatch(new RegExp(`^redis/db_0/${path}:[12]:[0-9]+: `));
    expect(problem).toContain(reason);
    expect(more).toEqual([]);
  });

  test('with unknown fields is read without them, with one warning for each name', () => {
    const { rows, warnings } = encoded({
      [path]: `{"format_version":1,"Format_Version":2,"note":[{"${list}":[1]}],"${list}":[${element}]}`,
      [`${folder}/l.json`]: `{"format_version":1,"note":null,"${list}":[]}`,
    });
    expect(countOf(rows)).toBe(1n);
    expect(warnings.map(({ event, fields, loss }) => [event, fields.field, fields.count, loss])).toEqual([
      ['unknown_field', 'Format_Version', 1, true],
      ['unknown_field', 'note', 2, true],
    ]);
  });

  test('with an expiry is refused beside another expiring type of the same key, as two index rows for one key', () => {
    const other = folder === 'sets' ? 'lists' : 'sets';
    const expiring = '{"format_version":1,"expire_at_ms":5}';
    const permanent = '{"format_version":1}';
    expect(refused({ [path]: expiring, [`${other}/k.json`]: expiring })).toEqual(['duplicate row !redis|ttl|k']);
    expect(Object.keys(encoded({ [path]: expiring, [`${other}/k.json`]: permanent }).rows)).toHaveLength(3);
  });
});

describe('bytes in a file', () => {
  const itemsOf = (items: string) =>
    Object.entries(encoded({ 'lists/k.json': `{"format_version":1,"items":[${items}]}` }).rows)
      .filter(([row]) => row.startsWith('!lst|itm|'))
      .map(([, value]) => value);

  test.each([
    ['""', ''],
    ['"plain"', 'plain'],
    ['"\xe2\x98\x83"', '\xe2\x98\x83'],
    ['"\\u2603\\n\\t\\"\\\\\\/\\b\\f\\r"', '\xe2\x98\x83\n\t"\\/\b\f\r'],
    ['"\\u003c\\u0026\\u003e"', '<&>'],
    ['"\\ud83d\\ude00"', '\xf0\x9f\x98\x80'],
    ['"\\u0000"', '\0'],
    ['{"base64":""}', ''],
    ['{"base64":"_v8"}', '\xfe\xff'],
    ['{"base64":"cGxhaW4"}', 'plain'],
    ['{"base64":"AB"}', '\0'],
    ['{"base64":"_\\r\\nv\\n8"}', '\xfe\xff'],
  ])('may be written %s', (item, bytes) => {
    expect(itemsOf(item)).toEqual([bytes]);
  });

  test.each([
    ['1', 'must be a string or an object with "base64", not number'],
    ['null', 'must be a string or an object with "base64", not null'],
    ['[]', 'must be a string or an object with "base64", not array'],
    ['true', 'must be a string or an object with "base64", not true'],
    ['{}', 'must be a string or an object with "base64"'],
    ['{"Base64":""}', 'must be a string or an object with "base64"'],
    ['{"base64":null}', 'must be a string, not null'],
    ['{"base64":1}', 'must be a string, not a number'],
    ['{"base64":"_v8="}', '"base64" must be in the URL alphabet'],
    ['{"base64":"/v8"}', '"base64" must be in the URL alphabet'],
    ['{"base64":"+v8"}', '"base64" must be in the URL alphabet'],
    ['{"base64":"A"}', '"base64" must be in the URL alphabet'],
    ['{"base64":"A A"}', '"base64" must be in the URL alphabet'],
    ['{"base64":"","base64":""}', '"base64" is there twice'],
  ])('may not be written %s', (item, reason) => {
    const [problem, ...more] = refused({ 'lists/k.json': `{"format_version":1,"items":[${item}]}` });
    expect(problem).toContain(reason);
    expect(problem).toMatch(/^redis\/db_0\/lists\/k\.json:1:/);
    expect(more).toEqual([]);
  });

  test('may stand beside unknown fields, which are warned of', () => {
    const { warnings } = encoded({ 'lists/k.json': '{"format_version":1,"items":[{"note":1,"base64":"AA"}]}' });
    expect(warnings.map(({ fields }) => fields.field)).toEqual(['note']);
  });
});

test('items of a list keep their order and may repeat', () => {
  const { rows } = encoded({ 'lists/k.json': '{"format_version":1,"items":["b","a","b"]}' });
  expect(Object.values(rows)).toEqual([u64(0n) + u64(3n) + u64(3n), 'b', 'a', 'b']);
});

test.each([
  ['{"value":"v"}', '"name" is missing'],
  ['{"name":"n"}', '"value" is missing'],
  ['{"name":null,"value":"v"}', '"name" must be a string or an object with "base64", not null'],
  ['{"name":"n","value":1}', '"value" must be a string or an object with "base64", not number'],
  ['"n"', 'a field must be an object, not a string'],
  ['{"Name":"n","value":"v"}', '"name" is missing'],
])('the field %s of a hash is refused', (field, reason) => {
  const [problem] = refused({ 'hashes/k.json': `{"format_version":1,"fields":[${field}]}` });
  expect(problem).toContain(`k.json:1:`);
  expect(problem).toContain(reason);
});

test.each([
  ['fields', 'hashes', '{"name":"a","value":"1"},{"name":{"base64":"YQ"},"value":"2"}', '!hs|fld|'],
  ['members', 'sets', '"a",{"base64":"YQ"}', '!st|mem|'],
  ['members', 'zsets', '{"member":"a","score":1},{"member":"a","score":1}', '!zs|mem|'],
])('the same of the %s of %s twice gives the same row twice', (list, folder, elements, prefix) => {
  expect(refused({ [`${folder}/k.json`]: `{"format_version":1,"${list}":[${elements}]}` })).toEqual([
    `duplicate row ${key(prefix, 'a')}`,
  ]);
});

test('a field of a hash may be empty and may hold any bytes', () => {
  const { rows } = encoded({
    'hashes/k.json': `{"format_version":1,"fields":[{"value":{"base64":"_w"},"name":""},{"name":{"base64":"_v8"},"value":"","x":0}]}`,
  });
  expect(rows).toEqual({
    [key('!hs|meta|')]: u64(2n),
    [key('!hs|fld|')]: '\xff',
    [key('!hs|fld|', '\xfe\xff')]: '',
  });
});
