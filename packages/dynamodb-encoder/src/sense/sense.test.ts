import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { InputTree } from '@ekv/dump-tree';
import { ScratchFolder, type Warning } from '@ekv/snapshot';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encoded, schema } from '../encode/encoded.test-data.ts';
import { encodeDynamodb } from '../encode/index.ts';
import { tableFolder } from '../files/paths.ts';
import { unusableNumber } from './usable-number.ts';

const TABLE = { 'tab/_schema.json': schema('tab') };

/** What is said of a table with one item that has the attribute `x`. */
function said(value: string, more: Record<string, string> = {}): Warning[] {
  return encoded({ ...TABLE, 'tab/items/a.json': `{"id":{"S":"a"},"x":${value}}`, ...more }).warnings;
}

describe('what neither a server nor its clients can use is a doubt with count, file, attribute and rule; rows are the same', () => {
  test.each([
    ['a NULL that is false', '{"NULL":false}', 'ddb_unservable_items', 'NULL is false'],
    ['an empty set', '{"M":{"s":{"SS":[]}}}', 'ddb_unservable_items', 'SS is empty'],
    ['a text for a number', '{"N":"abc"}', 'ddb_unusable_numbers', '"abc" is no decimal number'],
    ['an empty number', '{"N":""}', 'ddb_unusable_numbers', '"" is no decimal number'],
    ['a number with 39 digits', `{"N":"${'1'.repeat(39)}"}`, 'ddb_unusable_numbers', 'has 39 digits, 38 are read'],
    ['a number that is too large', '{"L":[{"N":"1e126"}]}', 'ddb_unusable_numbers', '"1e126" is too large'],
    ['a number that is too small', '{"N":"-1e-131"}', 'ddb_unusable_numbers', '"-1e-131" is too small'],
    ['such a number in a set', '{"NS":["1","0x1"]}', 'ddb_unusable_numbers', '"0x1" is no decimal number'],
    ['a text twice in a set', '{"SS":["a","b","a"]}', 'ddb_repeated_elements', 'SS holds an element twice'],
    ['a number twice in a set', '{"NS":["1","1.0"]}', 'ddb_repeated_elements', 'NS holds an element twice'],
    ['bytes twice in a set', '{"BS":["AA==","AA=="]}', 'ddb_repeated_elements', 'BS holds an element twice'],
  ])('%s', (_, value, event, why) => {
    const warnings = said(value, { 'tab/items/b.json': `{"id":{"S":"b"},"x":${value}}` });
    expect(warnings).toMatchObject([{ event, doubt: true, fields: { count: 2 } }]);
    expect(warnings[0]!.loss).toBeUndefined();
    expect(warnings[0]!.message).toContain(`tab/items/a.json, attribute "x": `);
    expect(warnings[0]!.message).toContain(why);
  });

  test('an item that is beyond the limits by its size and by a name is counted once', () => {
    const warnings = said(`{"S":"${'x'.repeat(409_600)}"},"":{"S":""}`);
    expect(warnings).toMatchObject([{ event: 'ddb_beyond_limits', fields: { count: 1 } }]);
  });

  test('an item is counted once for each kind', () => {
    const warnings = said('{"L":[{"NULL":false},{"NULL":false},{"N":"x"},{"NS":["y","y"]}]}');
    expect(warnings.map(({ event, fields }) => [event, fields.count])).toEqual([
      ['ddb_unservable_items', 1],
      ['ddb_unusable_numbers', 1],
      ['ddb_repeated_elements', 1],
    ]);
  });
});

test.each([
  '0',
  '-0',
  '0e999',
  '1',
  '-1.5',
  '1E125',
  '9.9e125',
  '1e-130',
  '.5',
  '5.',
  '0100.00',
  `${'9'.repeat(38)}e10`,
])('clients read the number %s', (number) => {
  expect(said(`{"N":"${number}"}`)).toEqual([]);
});

test('a number is usable when its digits and its size are, however it is written', () => {
  const digits = fc.stringMatching(/^[1-9][0-9]{0,36}[1-9]$/);
  fc.assert(
    fc.property(digits, fc.integer({ min: -140, max: 140 }), fc.nat(5), (text, power, zeros) => {
      const isUsable = power >= -130 && power <= 125;
      const written = [
        `${text[0]}.${text.slice(1)}e${power}`,
        `${'0'.repeat(zeros)}${text}e${power - text.length + 1}`,
        `-0.${'0'.repeat(zeros)}${text}E${power + 1 + zeros}`,
      ];
      for (const number of written) expect(unusableNumber(Buffer.from(number)) === undefined, number).toBe(isUsable);
    }),
  );
});

describe('keys', () => {
  test.each([
    ['of the table', '{"id":{"N":"5"}}', 'attribute "id": it is N, its table declares S'],
    ['of an index', '{"id":{"S":"a"},"due":{"S":"5"}}', 'attribute "due": it is S, its table declares N'],
  ])('of another kind than is declared, %s, are a doubt', (_, item, why) => {
    const { warnings, records } = encoded({
      'tab/_schema.json': schema('tab', {
        attribute_definitions: [
          { name: 'due', type: 'N' },
          { name: 'id', type: 'S' },
        ],
        global_secondary_indexes: [
          { name: 'by-due', key_schema: { hash_key: { name: 'due' } }, projection: { type: 'ALL' } },
        ],
      }),
      [`tab/items/${item.includes('"5"}}') && item.includes('"id":{"N"') ? 5 : 'a'}.json`]: item,
    });
    expect(warnings).toMatchObject([{ event: 'ddb_other_key_kinds', doubt: true, fields: { count: 1 } }]);
    expect(warnings[0]!.message).toContain(why);
    expect(records.length).toBeGreaterThan(2);
  });

  test.each([
    ['an empty key', '{"id":{"S":""}}', 'the key is an empty S'],
    ['a key of 2049 bytes', `{"id":{"S":"${'x'.repeat(2049)}"}}`, 'the key has 2049 bytes, the limit is 2048'],
    ['an empty name', '{"id":{"S":"a"},"":{"S":"b"}}', 'a name is empty'],
    ['an empty name in a map', '{"id":{"S":"a"},"m":{"M":{"":{"S":"b"}}}}', 'a name is empty'],
    ['a name of 64 KiB', `{"id":{"S":"a"},"${'n'.repeat(65536)}":{"S":"b"}}`, 'a name has 65536 bytes'],
    ['an item of 400 KB', `{"id":{"S":"a"},"x":{"S":"${'x'.repeat(409_600)}"}}`, 'the item has about 409'],
  ])('%s is beyond DynamoDB, yet elastickv serves it: no doubt', (_, item, why) => {
    const { warnings } = encoded({ ...TABLE, 'tab/items/a.json': item });
    const found = warnings.find(({ event }) => event === 'ddb_beyond_limits');
    expect(found).toMatchObject({ fields: { count: 1 } });
    expect(found!.message).toContain(why);
    expect([found!.loss, found!.doubt]).toEqual([undefined, undefined]);
    expect(warnings.some(({ loss, doubt }) => loss || doubt)).toBe(false);
  });
});

const index = (more: object) => ({
  attribute_definitions: [
    { name: 'id', type: 'S' },
    { name: 'x', type: 'S' },
  ],
  global_secondary_indexes: [
    { name: 'by-x', key_schema: { hash_key: { name: 'x' } }, projection: { type: 'ALL' }, ...more },
  ],
});

describe('a schema that contradicts itself is a doubt', () => {
  test.each([
    ['another type beside the key', { primary_key: { hash_key: { name: 'id', type: 'N' } } }, 'is "N" here and "S"'],
    ['a type that is none', { attribute_definitions: [{ name: 'id', type: 'STRING' }] }, 'the type "STRING" of "id"'],
    ['no type', { attribute_definitions: [{ name: 'id' }] }, 'the type "" of "id" is not S, N or B'],
    [
      'one attribute for both keys',
      { primary_key: { hash_key: { name: 'id' }, range_key: { name: 'id' } } },
      '"id" is both hash and range key',
    ],
    ['an index without hash key', index({ key_schema: { range_key: { name: 'x' } } }), '"by-x" has no hash key'],
    ['a projection that is none', index({ projection: { type: 'SOME' } }), 'has the projection "SOME"'],
    ['no projection', index({ projection: {} }), 'has the projection ""'],
    ['INCLUDE of nothing', index({ projection: { type: 'INCLUDE' } }), 'INCLUDE without non_key_attributes'],
    [
      'attributes for ALL',
      index({ projection: { type: 'ALL', non_key_attributes: ['y'] } }),
      'non_key_attributes for the projection ALL',
    ],
  ])('%s', (_, more, why) => {
    const { warnings } = encoded({ 'tab/_schema.json': schema('tab', more) });
    const found = warnings.find(({ event }) => event === 'ddb_schema_contradictions');
    expect(found).toMatchObject({ doubt: true, fields: { count: 1 } });
    expect(found!.message).toContain('dynamodb/tab/_schema.json: ');
    expect(found!.message).toContain(why);
  });

  test.each([
    [
      'a key without a type',
      { attribute_definitions: [] },
      'ddb_schema_incomplete',
      '"id" is not in attribute_definitions',
    ],
    [
      'a type of what is no key',
      {
        attribute_definitions: [
          { name: 'id', type: 'S' },
          { name: 'y', type: 'S' },
        ],
      },
      'ddb_schema_incomplete',
      '"y" is in attribute_definitions and is no key',
    ],
    ['an odd index name', index({ name: 'by x' }), 'ddb_beyond_limits', 'the name "by x" is not'],
  ])('%s is served all the same: a warning alone', (_, more, event, why) => {
    const { warnings } = encoded({ 'tab/_schema.json': schema('tab', more) });
    expect(warnings).toMatchObject([{ event, fields: { count: 1 } }]);
    expect(warnings[0]!.message).toContain(why);
    expect([warnings[0]!.loss, warnings[0]!.doubt]).toEqual([undefined, undefined]);
  });

  test.each([
    ['with other characters', 'a%2Fbc', 'a/bc'],
    ['of two characters', 'ab', 'ab'],
    ['of 256 characters', tableFolder(Buffer.from('x'.repeat(256))).slice('dynamodb/'.length), 'x'.repeat(256)],
  ])('a table name %s, which elastickv takes and DynamoDB does not, is no doubt', (_, folder, name) => {
    const { warnings } = encoded({ [`${folder}/_schema.json`]: schema(name) });
    expect(warnings).toMatchObject([{ event: 'ddb_beyond_limits', fields: { count: 1 } }]);
    expect(warnings[0]!.message).toContain('is not 3 to 255 of');
    expect([warnings[0]!.loss, warnings[0]!.doubt]).toEqual([undefined, undefined]);
  });

  test.each(['abc', 'x'.repeat(240), '.-_'])('the table name %s is within the limits of DynamoDB', (name) => {
    expect(encoded({ [`${name}/_schema.json`]: schema(name) }).warnings).toEqual([]);
  });
});

describe('the trees of real servers make sense', () => {
  const golden = join(import.meta.dirname, '../../../../fixtures/golden');
  test.each([
    join(golden, 'dynamodb/real-server-basic/tree'),
    join(golden, 'dynamodb/real-server-indexes/tree'),
    join(golden, 'live/dynamodb/tree'),
  ])('%s', (root) => {
    expect(readdirSync(join(root, 'dynamodb')).length).toBeGreaterThan(0);
    const scratch = new ScratchFolder();
    const warnings: Warning[] = [];
    const warn = (warning: Warning) => void warnings.push(warning);
    for (const _ of encodeDynamodb(new InputTree(root), { scratch, warn }));
    scratch.remove();
    expect(warnings.filter(({ loss, doubt }) => loss || doubt)).toEqual([]);
  });
});
