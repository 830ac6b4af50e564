import { linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputTree, type TreeEntry } from '@ekv/dump-tree';
import { EnvironmentError } from '@ekv/snapshot';
import { describe, expect, test } from 'vitest';
import { decoded } from '../decode/decoded.test-data.ts';
import { attempted, encoded, refusal, schema } from './encoded.test-data.ts';

const keys = (records: ReadonlyArray<{ key: Uint8Array }>) =>
  records.map(({ key }) => Buffer.from(key).toString('latin1'));
const TABLE = { 'tab/_schema.json': schema('tab') };

test('a table is its row, its counter, its items and the rows of its indexes', () => {
  const { records, warnings } = encoded({
    'tab/_schema.json': schema('tab', {
      attribute_definitions: [
        { name: 'due', type: 'N' },
        { name: 'id', type: 'S' },
      ],
      global_secondary_indexes: [
        { name: 'by-due', key_schema: { hash_key: { name: 'due' } }, projection: { type: 'ALL' } },
      ],
    }),
    'tab/items/a.json': '{"id":{"S":"a"},"due":{"N":"-0.5"}}',
    'tab/items/b.json': '{"id":{"S":"b"}}',
  });
  expect(keys(records)).toEqual([
    '!ddb|meta|table|dGFi',
    '!ddb|meta|gen|dGFi',
    '!ddb|item|dGFi|1|a\0\x01',
    '!ddb|gsi|dGFi|1|YnktZHVl|\0\xff\xfe\xff\xca\0\x01a\0\x01',
    '!ddb|item|dGFi|1|b\0\x01',
  ]);
  expect(Buffer.from(records[3]!.value as Uint8Array).toString('latin1')).toBe('!ddb|item|dGFi|1|a\0\x01');
  expect(warnings).toEqual([]);
});

test('a tree that decode wrote gives the same rows, and they the same tree', () => {
  const files = {
    'tab/_schema.json': schema('tab', { attribute_definitions: [{ name: 'id' }] }),
    'tab/items/x.json': '{"id":{"N":"5"},"__proto__":{"M":{"10":{"S":"a"},"9":{"NULL":true}}}}',
    'tab/items/y.json': '{"id":{"S":"5"},"b":{"B":"AAE="}}',
  };
  const tree = decoded(encoded(files).records);
  const again = encoded(tree.files);
  expect(again.warnings.map(({ event }) => event)).toEqual(['ddb_schema_contradictions']);
  expect(decoded(again.records).files).toEqual(tree.files);
});

test('a tree without the folder has no rows', () => {
  expect(encoded({}).records).toEqual([]);
});

describe('what an operator should know', () => {
  test.each([
    ['an item under another name', { 'tab/items/b.json': '{"id":{"S":"a"}}' }],
    ['an item one folder too deep', { 'tab/items/h/a.json': '{"id":{"S":"a"}}' }],
    ['a number under another spelling', { 'tab/items/1.0.json': '{"id":{"N":"1.0"}}' }],
  ])('%s', (_, files) => {
    const kind = JSON.stringify(files).includes('{\\"N') ? 'N' : 'S';
    const { records, warnings } = encoded({ 'tab/_schema.json': schema('tab', {}, kind), ...files });
    expect(records).toHaveLength(3);
    expect(warnings).toMatchObject([{ event: 'ddb_misnamed_items', fields: { count: 1 } }]);
    expect(warnings[0]?.message).toContain(Object.keys(files)[0]);
    expect(warnings[0]?.loss).toBeUndefined();
  });

  test.each([
    ['a NULL that is false', '{"NULL":false}', 'NULL is false'],
    ['an empty set', '{"L":[{"BS":[]}]}', 'BS is empty'],
    ['33 levels', `${'{"L":['.repeat(33)}${']}'.repeat(33)}`, 'deeper than 32 levels'],
  ])('%s, which no server can serve', (_, value, why) => {
    const { warnings } = encoded({ ...TABLE, 'tab/items/a.json': `{"id":{"S":"a"},"odd":${value}}` });
    expect(warnings).toMatchObject([{ event: 'ddb_unservable_items', doubt: true, fields: { count: 1 } }]);
    expect(warnings[0]?.message).toContain('tab/items/a.json, attribute "odd"');
    expect(warnings[0]?.message).toContain(why);
    expect(warnings[0]?.loss).toBeUndefined();
  });

  test('32 levels are served', () => {
    const value = `${'{"L":['.repeat(32)}${']}'.repeat(32)}`;
    expect(encoded({ ...TABLE, 'tab/items/a.json': `{"id":{"S":"a"},"deep":${value}}` }).warnings).toEqual([]);
  });

  test('files that are no items, hidden ones aside, and fields that mean nothing', () => {
    const { warnings } = encoded({
      'tab/_schema.json': schema('tab', { stream: {} }),
      'KEYMAP.jsonl': '',
      '.DS_Store': '',
      'tab/notes/x.json': '',
      'tab/.hidden/x': '',
      'tab/items/README.txt': '',
      'tab/items/A.JSON': '',
      'tab/items/.bin.tmp-1': '',
    });
    expect(warnings.map(({ event, fields }) => [event, fields.count])).toEqual([
      ['unknown_field', 1],
      ['stray_files', 4],
    ]);
  });
});

describe('an item is refused with its path, the attribute and the rule', () => {
  test.each([
    ['no key', '{"x":{"S":"a"}}', 'tab/items/a.json: the hash attribute "id" of the table is missing'],
    [
      'a key of another kind',
      '{"id":{"BOOL":true}}',
      'tab/items/a.json: the hash attribute "id" of the table must be S, N or B, it is BOOL',
    ],
    [
      'a number that is none',
      '{"id":{"N":"1_0"}}',
      'tab/items/a.json: the hash attribute "id" of the table must be a decimal number, not "1_0"',
    ],
    [
      'a kind in lower case',
      '{"id":{"s":"a"}}',
      'tab/items/a.json:1:7: the kind "s" must be one of S, N, B, BOOL, NULL, SS, NS, BS, L and M, in attribute "id"',
    ],
    ['two kinds', '{"id":{"S":"a","N":"1"}}', 'exactly one kind, this one has several, in attribute "id"'],
    [
      'no kind',
      '{"id":{"S":"a"},"x":{}}',
      'tab/items/a.json:1:21: a value must have exactly one kind, this one has none, in attribute "x"',
    ],
    ['a number in N', '{"id":{"N":1}}', 'N must be a string, not a number, in attribute "id"'],
    ['base64 without padding', '{"id":{"B":"AA"}}', 'B must be base64'],
    ['base64 of the URL alphabet', '{"id":{"B":"_-8="}}', 'B must be base64'],
    ['a padding too many', '{"id":{"B":"A==="}}', 'B must be base64'],
    ['a name twice', '{"id":{"S":"a"},"id":{"S":"b"}}', 'is there twice'],
    ['a name twice in a map', '{"id":{"S":"a"},"m":{"M":{"k":{"S":""},"k":{"S":""}}}}', 'is there twice'],
    ['a lone surrogate', '{"id":{"S":"\\ud800"}}', 'lone surrogate'],
    ['text behind the item', '{"id":{"S":"a"}}]', 'trailing data'],
    ['nothing in it', '', 'truncated'],
    ['null', 'null', 'must be an object'],
    ['1001 levels', `{"id":{"S":"a"},"deep":${'{"L":['.repeat(1001)}${']}'.repeat(1001)}}`, 'in attribute "deep"'],
    [
      '20000 levels',
      `{"id":{"S":"a"},"deep":${'{"M":{"k":'.repeat(20000)}1${'}}'.repeat(20000)}}`,
      'in attribute "deep"',
    ],
  ])('%s', (_, item, message) => {
    expect(refusal({ ...TABLE, 'tab/items/a.json': item })).toContain(message);
  });

  test('an index key of a kind that can be none, also where the item is not in the index', () => {
    const index = { name: 'i', key_schema: { hash_key: { name: 'x' }, range_key: { name: 'y' } } };
    const message = refusal({
      'tab/_schema.json': schema('tab', { global_secondary_indexes: [index] }),
      'tab/items/a.json': '{"id":{"S":"a"},"x":{"NULL":true}}',
    });
    expect(message).toBe(
      'dynamodb/tab/items/a.json: the hash attribute "x" of the index "i" must be S, N or B, it is NULL',
    );
  });

  test('a key that is too long once its zeros are escaped', () => {
    const text = '\\u0000'.repeat(524288);
    expect(refusal({ ...TABLE, 'tab/items/a.json': `{"id":{"S":"${text}"}}` })).toMatch(
      /^dynamodb\/tab\/items\/a\.json: the key of the item is too large: \d+ bytes, the limit is 1048576$/,
    );
  });
});

describe('a tree is refused with the path', () => {
  test.each([
    [
      'two files that are one item',
      { ...TABLE, 'tab/items/a.json': '{"id":{"N":"1"}}', 'tab/items/b.json': '{"id":{"N":"1.00"}}' },
      /duplicate key !ddb\|item\|dGFi\|1\|.*: dynamodb\/tab\/items\/a\.json and dynamodb\/tab\/items\/b\.json are one item/,
    ],
    [
      'a file of many items',
      { ...TABLE, 'tab/items/data-000000.jsonl': '' },
      /tab\/items\/data-000000\.jsonl holds many items/,
    ],
    [
      'a file of many items in a folder',
      { ...TABLE, 'tab/items/h/data-1.jsonl': '' },
      /tab\/items\/h\/data-1\.jsonl holds many items/,
    ],
    [
      'a folder in a folder',
      { ...TABLE, 'tab/items/a/b/c.json': '' },
      /tab\/items\/a\/b is a folder below dynamodb\/tab\/items\/a;/,
    ],
    ['a table without a schema', { 'tab/items/a.json': '{}' }, /^dynamodb\/tab\/_schema\.json is missing$/],
    [
      'a folder of another table',
      { 'u/_schema.json': schema('a/b') },
      /^dynamodb\/u\/_schema\.json: the table "a\/b" belongs into a folder named a%2Fb;/,
    ],
    [
      'another version',
      { 'tab/_schema.json': schema('tab', { format_version: 2 }) },
      /tab\/_schema\.json:1:\d+: "format_version" is 2/,
    ],
    ['no version', { 'tab/_schema.json': schema('tab', { format_version: null }) }, /"format_version" is missing/],
    ['no table name', { 'tab/_schema.json': schema('') }, /"table_name" must not be missing or empty/],
    [
      'no hash key',
      { 'tab/_schema.json': schema('tab', { primary_key: {} }) },
      /"hash_key" must not be missing or empty/,
    ],
    [
      'a name twice',
      { 'tab/_schema.json': schema('tab', { attribute_definitions: [{ name: 'id' }, { name: 'id' }] }) },
      /"attribute_definitions" has the name "id" twice/,
    ],
    ['items that are a file', { ...TABLE, 'tab/items': '' }, /tab\/items must be a folder/],
  ])('%s', (_, files, message) => {
    expect(refusal(files)).toMatch(message);
  });

  test.each([
    'linked',
    'tab/linked',
    'tab/items/linked',
    'tab/items/linked.json',
    'tab/items/h/linked.json',
    'tab/_schema.json',
  ])('a link at %s', (path) => {
    const files: Record<string, string> = { 'tab/items/h/': '' };
    if (path !== 'tab/_schema.json') Object.assign(files, TABLE);
    const message = refusal(files, (root) => symlinkSync('/dev/null', join(root, 'dynamodb', path)));
    expect(message).toMatch(new RegExp(`dynamodb/${path} is a symlink`));
  });

  test('an item with two names', () => {
    const message = refusal({ ...TABLE, 'tab/items/a.json': '{"id":{"S":"a"}}' }, (root) =>
      linkSync(join(root, 'dynamodb/tab/items/a.json'), join(root, 'other')),
    );
    expect(message).toContain('tab/items/a.json is hard-linked');
  });

  test('a file in the place of the folder', () => {
    expect(refusal({}, (root) => writeFileSync(join(root, 'dynamodb'), ''))).toContain('dynamodb must be a folder');
  });
});

test('all problems of a tree are told together', () => {
  const message = refusal({
    ...TABLE,
    'tab/items/a.json': '{',
    'tab/items/b.json': '{"x":{}}',
    'tab/items/c.json': '{"id":{"S":"1"}}',
    'tab/items/d.json': '{"id":{"B":"MQ=="}}',
    'u/items/': '',
  });
  expect(message).toMatch(/^4 problems:/);
  for (const path of ['tab/items/a.json:1', 'tab/items/b.json:1', 'c.json and', 'u/_schema.json is missing'])
    expect(message).toContain(path);
});

describe('an error in listing a folder is collected with the other problems', () => {
  test.each(['two', 'tab/items/h'])('%s', (folder) => {
    const { error } = attempted(
      {
        ...TABLE,
        'tab/items/a.json': '{',
        'tab/items/b.json': '{"id":{"S":"b"}}',
        'tab/items/h/c.json': '{"id":{"S":"c"}}',
        'two/_schema.json': schema('two'),
        'uuu/items/': '',
      },
      { afterThirdRow: (root) => replaceByFile(join(root, 'dynamodb', folder)) },
    );
    expect(error?.message).toMatch(/problems:/);
    expect(error?.message).toContain(`dynamodb/${folder} must be a folder, it is a regular file`);
    expect(error?.message).toContain('dynamodb/uuu/_schema.json is missing');
    expect(error?.message).toContain('dynamodb/tab/items/a.json:1');
  });

  function replaceByFile(path: string): void {
    rmSync(path, { recursive: true });
    writeFileSync(path, '');
  }
});

test('a folder that the machine does not let be listed ends the run at once', () => {
  class Refused extends InputTree {
    override *entries(path: string): Generator<TreeEntry> {
      if (path === 'dynamodb/tab/items') throw new EnvironmentError('no permission');
      yield* super.entries(path);
    }
  }
  const { error } = attempted(
    { ...TABLE, 'tab/items/a.json': '{', 'two/items/': '' },
    { open: (root) => new Refused(root) },
  );
  expect(error).toBeInstanceOf(EnvironmentError);
});

test('unknown fields are reported before the problems are thrown', () => {
  const { error, warnings } = attempted({
    'tab/_schema.json': schema('tab', { table_nam: 'tab' }),
    'tab/items/a.json': '{',
  });
  expect(error?.message).toContain('tab/items/a.json:1');
  expect(warnings).toMatchObject([{ event: 'unknown_field', fields: { field: 'table_nam', count: 1 } }]);
});

test('unknown fields are reported also when the walk ends at 64 problems', () => {
  const items = Array.from({ length: 70 }, (_, i) => [`tab/items/${i}.json`, '{']);
  const { error, warnings } = attempted({
    'tab/_schema.json': schema('tab', { table_nam: 'tab' }),
    ...Object.fromEntries(items),
  });
  expect(error?.message).toMatch(/^at least 64 problems:/);
  expect(warnings).toMatchObject([{ event: 'unknown_field' }]);
});

const IN_PLACE = /tab\/items\/a\.json must be a regular file, it is a folder; restore the file, or remove the folder/;

describe('what stands in the place of something else is a problem or a stray, never passed over', () => {
  test.each([
    [
      'a folder for a schema',
      { 'tab/_schema.json/': '' },
      /^dynamodb\/tab\/_schema\.json must be a regular file, it is a /,
    ],
    [
      'a file for the items',
      { ...TABLE, 'tab/items': '' },
      /^dynamodb\/tab\/items must be a folder, it is a regular file/,
    ],
    [
      'a folder for an item, below another',
      { ...TABLE, 'tab/items/h/a.json/': '' },
      /tab\/items\/h\/a\.json is a folder below/,
    ],
    ['an empty folder for an item', { ...TABLE, 'tab/items/a.json/': '' }, IN_PLACE],
    ['a folder without an item for an item', { ...TABLE, 'tab/items/a.json/.DS_Store': '' }, IN_PLACE],
  ])('%s is a problem', (_, files, message) => {
    expect(refusal(files)).toMatch(message);
  });

  test.each([
    ['a file for a table', 'old'],
    ['a file for the folder of a hash key', 'tab/items/h'],
  ])('%s is a stray', (_, path) => {
    const { records, warnings } = encoded({ ...TABLE, [path]: '' });
    expect(records).toHaveLength(2);
    expect(warnings).toMatchObject([{ event: 'stray_files', loss: true, fields: { count: 1 } }]);
    expect(warnings[0]!.message).toContain(`dynamodb/${path}`);
  });

  test('a folder for an item that holds one gives it, and says where decode puts it', () => {
    const { records, warnings } = encoded({ ...TABLE, 'tab/items/a.json/a.json': '{"id":{"S":"a"}}' });
    expect(records).toHaveLength(3);
    expect(warnings).toMatchObject([{ event: 'ddb_misnamed_items' }]);
  });
});

test('a folder of many thousand names is encoded in the order of the names', () => {
  const ids = Array.from({ length: 5000 }, (_, i) => String(i).padStart(5, '0'));
  const { records } = encoded(TABLE, (root) => {
    mkdirSync(join(root, 'dynamodb/tab/items'), { recursive: true });
    for (const id of ids) writeFileSync(join(root, 'dynamodb/tab/items', `${id}.json`), `{"id":{"S":"${id}"}}`);
  });
  expect(keys(records).slice(2)).toEqual(ids.map((id) => `!ddb|item|dGFi|1|${id}\0\x01`));
});
