import { Findings, type Warning } from '@ekv/snapshot';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { CanonicalMessage } from '../layout/canonical-message.ts';
import { writeItemMessage } from '../layout/item-message.ts';
import { items, normalized } from '../layout/stored-value.test-data.ts';
import { type Attribute, orderedByName, type StoredValue } from '../layout/stored-value.ts';
import type { TableSchema } from '../layout/table-message.ts';
import { ItemSense } from './item-sense.ts';
import { PlainSense } from './plain-sense.ts';

const bytesOf = (text: string) => Buffer.from(text);
const SCHEMA: TableSchema = {
  name: bytesOf('t'),
  hashKey: bytesOf('9'),
  rangeKey: bytesOf('10'),
  definitions: [
    { name: bytesOf('10'), type: bytesOf('N') },
    { name: bytesOf('9'), type: bytesOf('S') },
  ],
  indexes: [],
};

/** Whether the item is plain, and what is found in it. */
function looked(attributes: Attribute[]): { isPlain: boolean; events: string[] } {
  const message = Buffer.from(writeItemMessage(attributes));
  const canonical = new CanonicalMessage([SCHEMA.hashKey, SCHEMA.rangeKey]);
  expect(canonical.read(message, 0, message.length)).toBe(true);
  const findings = new Findings();
  new ItemSense(findings, SCHEMA).check('item', normalized(attributes), message.length);
  const warnings: Warning[] = [];
  findings.report((warning) => warnings.push(warning));
  const sense = new PlainSense(SCHEMA, canonical.wanted);
  return { isPlain: sense.isPlain(message, message.length), events: warnings.map(({ event }) => event) };
}

const one = (value: StoredValue, name = 'a'): Attribute[] => [{ name: bytesOf(name), value }];
const numbers = (...texts: string[]): StoredValue => ({ kind: 'NS', elements: texts.map(bytesOf) });
const number = fc.oneof(
  fc.stringMatching(/^-?[0-9]{0,3}(\.[0-9]{0,3})?$/),
  fc.constantFrom('1e2', '1e200', '', '-', '.', 'x', '9'.repeat(38), '9'.repeat(39), `0.${'1'.repeat(38)}`),
);
const value: fc.Arbitrary<StoredValue> = fc.oneof(
  number.map((text) => ({ kind: 'N' as const, bytes: bytesOf(text) })),
  fc.array(number, { maxLength: 36 }).map((texts) => numbers(...texts)),
);
const someItems = fc.oneof(
  items,
  fc
    .array(fc.record({ name: fc.constantFrom('9', '10', 'a', 'b').map(bytesOf), value }), { maxLength: 4 })
    .map((attributes) => orderedByName(attributes)),
);

test('in an item that is plain there is nothing to find', () => {
  let plain = 0;
  fc.assert(
    fc.property(someItems, (attributes) => {
      const { isPlain, events } = looked(attributes);
      if (!isPlain) return;
      plain++;
      expect(events).toEqual([]);
    }),
    { numRuns: 5000 },
  );
  expect(plain).toBeGreaterThan(300);
});

test.each<[string, Attribute[]]>([
  ['numbers as they are written mostly', one(numbers('0', '-1', '10', '0.5', '-12.75', '100'))],
  ['a number with zeros that it does not need', one({ kind: 'N', bytes: bytesOf('-001.50') })],
  ['a set of numbers with such zeros', one(numbers('1.0', '10', '0.10', '-0', '1.01'))],
  ['sets of texts and of bytes', one({ kind: 'SS', elements: ['a', 'b', ''].map(bytesOf) })],
  [
    'keys of the declared types',
    [...one({ kind: 'N', bytes: bytesOf('1') }, '10'), ...one({ kind: 'S', bytes: bytesOf('x') }, '9')],
  ],
  ['lists and maps', one({ kind: 'L', values: [{ kind: 'M', entries: one({ kind: 'NULL', truth: true }) }] })],
])('an item with %s is plain', (_, attributes) => {
  expect(looked(attributes)).toEqual({ isPlain: true, events: [] });
});

test.each<[string, Attribute[]]>([
  ['a number of another form', one({ kind: 'N', bytes: bytesOf('1e5') })],
  ['a number twice in a set', one(numbers('2', '1', '01.0'))],
  ['a set of many elements', one(numbers(...Array.from({ length: 33 }, (_, i) => String(i))))],
  ['an empty set', one({ kind: 'BS', elements: [] })],
  ['an element twice', one({ kind: 'SS', elements: ['a', 'b', 'a'].map(bytesOf) })],
  ['NULL that is false', one({ kind: 'NULL', truth: false })],
  ['an empty name', one({ kind: 'S', bytes: bytesOf('x') }, '')],
  ['a key of another type', one({ kind: 'N', bytes: bytesOf('1') }, '9')],
  ['an empty key', one({ kind: 'S', bytes: bytesOf('') }, '9')],
  ['a key that is too long', one({ kind: 'S', bytes: Buffer.alloc(2049, 'x') }, '9')],
  ['more bytes than DynamoDB takes', one({ kind: 'S', bytes: Buffer.alloc(410_000, 'x') })],
])('an item with %s is not plain', (_, attributes) => {
  expect(looked(attributes).isPlain).toBe(false);
});
