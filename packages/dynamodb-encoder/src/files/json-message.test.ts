import { JsonBytes, JsonReader } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CanonicalMessage } from '../layout/canonical-message.ts';
import { readItemMessage, writeItemMessage } from '../layout/item-message.ts';
import { items, normalized } from '../layout/stored-value.test-data.ts';
import { type Attribute, SERVED_LEVELS } from '../layout/stored-value.ts';
import { ItemReader, writeItem, writeItemLine } from './item-json.ts';
import { JsonMessage } from './json-message.ts';

const json = new JsonBytes();
const message = new JsonMessage();
const canonical = new CanonicalMessage([]);
const reader = new ItemReader(new JsonReader());

/** The message of an item that is read in place; `undefined` when it is left to `ItemReader`. Other bytes stand around the text. */
function inPlace(text: Buffer): Buffer | undefined {
  const bytes = Buffer.concat([Buffer.from('{"'), text, Buffer.from('"}x')]);
  if (!message.read(bytes, 2, 2 + text.length) || !canonical.read(message.bytes, 0, message.length)) return undefined;
  return Buffer.from(message.bytes.subarray(0, message.length));
}

/** By way of the attributes; `undefined` when the text is wrong. */
function byAttributes(text: Buffer): Buffer | undefined {
  try {
    return Buffer.from(writeItemMessage(reader.read('item.json', text)));
  } catch (error) {
    if (error instanceof DataError) return undefined;
    throw error;
  }
}

function textOf(attributes: Attribute[], write: (json: JsonBytes, attributes: Attribute[]) => void): Buffer {
  write(json, attributes);
  return Buffer.from(json.view());
}

describe('the text of an item that decode writes', () => {
  test.each([
    ['a file', writeItem],
    ['a line', writeItemLine],
  ])('is read in place, as %s', (_, write) => {
    fc.assert(
      fc.property(items, (attributes) => {
        expect(inPlace(textOf(attributes, write))).toEqual(Buffer.from(writeItemMessage(attributes)));
      }),
      { numRuns: 500 },
    );
  });

  test('may have texts of any length', () => {
    for (const length of [127, 128, 16_383, 16_384, 70_000]) {
      const bytes = Buffer.alloc(length, 7);
      const attributes: Attribute[] = [
        { name: Buffer.from('a'), value: { kind: 'BS', elements: [bytes, Buffer.alloc(0)] } },
        {
          name: Buffer.alloc(length, 'b'),
          value: { kind: 'L', values: [{ kind: 'S', bytes: Buffer.from('é'.repeat(length)) }] },
        },
      ];
      expect(inPlace(textOf(attributes, writeItem))).toEqual(Buffer.from(writeItemMessage(attributes)));
    }
  });
});

const piece = fc.constantFrom(
  '{',
  '}',
  '[',
  ']',
  '"',
  ',',
  ':',
  '\\',
  ' ',
  '\n',
  'S',
  'NS',
  'true',
  '=',
  '\\u0041',
  '\\ud800',
  '\0',
  'é',
);
const edit = fc.record({ at: fc.nat(), removed: fc.nat(4), put: fc.oneof(piece, fc.constant('')) });

test('what is read in place is what is read by way of attributes, whatever the text', () => {
  let read = 0;
  fc.assert(
    fc.property(items, fc.array(edit, { minLength: 1, maxLength: 2 }), fc.boolean(), (attributes, edits, isLine) => {
      let text = textOf(attributes, isLine ? writeItemLine : writeItem);
      for (const { at, removed, put } of edits) {
        const start = at % (text.length + 1);
        text = Buffer.concat([text.subarray(0, start), Buffer.from(put), text.subarray(start + removed)]);
      }
      const found = inPlace(text);
      if (found === undefined) return;
      read++;
      expect(found).toEqual(byAttributes(text));
    }),
    { numRuns: 5000 },
  );
  expect(read).toBeGreaterThan(100);
});

test.each([
  [
    'white space of every kind',
    '\r\n\t { "a" : { "S" : "x" } , "b" : { "L" : [ { "NULL" : true } , { "BOOL" : false } ] } } \n',
  ],
  ['escapes', '{"a\\u00e9\\/":{"S":"\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u20AC\\u003c"}}'],
  ['empty sets, lists and maps', '{"a":{"SS":[]},"b":{"L":[]},"c":{"M":{}},"d":{"B":""},"e":{"S":""}}'],
  ['bytes of every length', '{"a":{"BS":["","AA==","AAE=","AAEC","/+8="]}}'],
  ['no attribute', '{}'],
])('a text with %s is read in place', (_, given) => {
  const text = Buffer.from(given);
  expect(inPlace(text)).toBeDefined();
  expect(inPlace(text)).toEqual(byAttributes(text));
});

test.each([
  ['names in another order', '{"b":{"S":"x"},"a":{"S":"x"}}', 'right'],
  ['a character of two units', '{"a":{"S":"\\ud83d\\ude00"}}', 'right'],
  ['line breaks in base64', '{"a":{"B":"AAEC\\nAAEC"}}', 'right'],
  [
    'more levels than a server serves',
    `{"a":${'{"L":['.repeat(SERVED_LEVELS + 1)}${']}'.repeat(SERVED_LEVELS + 1)}}`,
    'right',
  ],
  ['a name twice', '{"a":{"S":"x"},"a":{"S":"x"}}', 'wrong'],
  ['a half of a character', '{"a":{"S":"\\ud83d"}}', 'wrong'],
  ['two kinds', '{"a":{"S":"x","N":"1"}}', 'wrong'],
  ['no kind', '{"a":{}}', 'wrong'],
  ['an unknown kind', '{"a":{"X":"x"}}', 'wrong'],
  ['a trailing comma', '{"a":{"S":"x"},}', 'wrong'],
  ['something after it', '{"a":{"S":"x"}} x', 'wrong'],
  ['no end', '{"a":{"S":"x"}', 'wrong'],
  ['base64 that is cut', '{"a":{"B":"AAE"}}', 'wrong'],
  ['base64 in the other alphabet', '{"a":{"B":"AA-_"}}', 'wrong'],
  ['padding in the middle', '{"a":{"BS":["AA==AA=="]}}', 'wrong'],
])('a text with %s is left to the reader of items', (_, given, judged) => {
  const text = Buffer.from(given);
  expect(inPlace(text)).toBeUndefined();
  expect(byAttributes(text) === undefined).toBe(judged === 'wrong');
});

test('a text that is no UTF-8 is left to the reader of items', () => {
  expect(inPlace(Buffer.from('{"a":{"S":"\xff"}}', 'latin1'))).toBeUndefined();
});

test('a text of more than a mebibyte is left to the reader of items', () => {
  const of = (length: number) => Buffer.from(`{"a":{"S":"${'x'.repeat(length)}"}}`);
  expect(inPlace(of(1 << 20))).toBeUndefined();
  expect(readItemMessage(inPlace(of(1_000_000))!)).toEqual(
    normalized([{ name: Buffer.from('a'), value: { kind: 'S', bytes: Buffer.alloc(1_000_000, 'x') } }]),
  );
});
