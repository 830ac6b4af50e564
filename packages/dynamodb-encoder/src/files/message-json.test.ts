import { JsonBytes } from '@ekv/dump-tree';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CanonicalMessage } from '../layout/canonical-message.ts';
import { readItemMessage, writeItemMessage } from '../layout/item-message.ts';
import { items } from '../layout/stored-value.test-data.ts';
import { type Attribute, attributeValue, SERVED_LEVELS, type StoredValue } from '../layout/stored-value.ts';
import { storedValue } from '../layout/value-range.ts';
import { writeItem, writeItemLine } from './item-json.ts';
import { MessageJson } from './message-json.ts';

const json = new JsonBytes();
const messages = new MessageJson(json);

/** A message with other bytes around it. */
function around(message: Uint8Array): { bytes: Buffer; start: number; end: number } {
  return {
    bytes: Buffer.concat([Buffer.from([0x0a]), message, Buffer.from([0x0a, 0x03])]),
    start: 1,
    end: 1 + message.length,
  };
}

function isCanonical(message: Uint8Array, names: readonly Buffer[] = []): boolean {
  const { bytes, start, end } = around(message);
  return new CanonicalMessage(names).read(bytes, start, end);
}

/** A canonical message has the same JSON written in place as by way of its attributes. */
function expectSameJson(message: Uint8Array): void {
  const attributes = readItemMessage(Buffer.from(message));
  const { bytes, start, end } = around(message);
  for (const form of ['item', 'line'] as const) {
    if (form === 'item') writeItem(json, attributes);
    else writeItemLine(json, attributes);
    const expected = json.view().toString();
    messages[form](bytes, start, end);
    expect(json.view().toString()).toBe(expected);
  }
}

/** Changes to a message: bytes that are put in the place of others. */
const edit = fc.record({ at: fc.nat(), removed: fc.nat(3), put: fc.uint8Array({ maxLength: 3 }) });

function edited(message: Uint8Array, edits: ReadonlyArray<{ at: number; removed: number; put: Uint8Array }>): Buffer {
  let bytes = Buffer.from(message);
  for (const { at, removed, put } of edits) {
    const start = 4 + (at % (bytes.length - 3));
    bytes = Buffer.concat([bytes.subarray(0, start), put, bytes.subarray(start + removed)]);
  }
  return bytes;
}

describe('a message that encode writes', () => {
  test('is canonical, and its JSON in place is that of its attributes', () => {
    fc.assert(
      fc.property(items, (attributes) => {
        const message = writeItemMessage(attributes);
        expect(isCanonical(message)).toBe(true);
        expectSameJson(message);
      }),
      { numRuns: 500 },
    );
  });

  test('may have texts and sets of any length', () => {
    for (const length of [127, 128, 16_383, 16_384, 70_000]) {
      const bytes = Buffer.alloc(length, 'aé<"\n');
      const text = Buffer.from(bytes.toString());
      const message = writeItemMessage([
        { name: Buffer.from('b'), value: { kind: 'BS', elements: [bytes, Buffer.alloc(0)] } },
        { name: text, value: { kind: 'L', values: [{ kind: 'S', bytes: text }] } },
      ]);
      expect(isCanonical(message)).toBe(true);
      expectSameJson(message);
    }
  });

  test('gives the values of the attributes that are looked for, when they can be keys', () => {
    const known = fc.constantFrom('9', '10', '', 'other').map((name) => Buffer.from(name));
    fc.assert(
      fc.property(items, fc.uniqueArray(known, { selector: String }), (attributes, names) => {
        const { bytes, start, end } = around(writeItemMessage(attributes));
        const message = new CanonicalMessage(names);
        expect(message.read(bytes, start, end)).toBe(true);
        for (const wanted of message.wanted) {
          const value = attributeValue(attributes, wanted.name);
          const isKey = value?.kind === 'S' || value?.kind === 'N' || value?.kind === 'B';
          expect(wanted.found).toBe(value === undefined ? 'absent' : isKey ? 'key' : 'other');
          if (isKey) expect(storedValue(wanted)).toEqual(value);
        }
        const first = message.wanted.map((wanted) => [wanted.found, storedValue(wanted)]);
        expect(message.readAgain(bytes, start, end)).toBe(true);
        expect(message.wanted.map((wanted) => [wanted.found, storedValue(wanted)])).toEqual(first);
      }),
    );
  });
});

test('a message that is read in place is whole and canonical, whatever its bytes', () => {
  let read = 0;
  fc.assert(
    fc.property(items, fc.array(edit, { minLength: 1, maxLength: 2 }), (attributes, edits) => {
      const message = edited(writeItemMessage(attributes), edits);
      if (!isCanonical(message)) return;
      read++;
      expect(Buffer.from(writeItemMessage(readItemMessage(message)))).toEqual(message);
      expectSameJson(message);
    }),
    { numRuns: 3000 },
  );
  expect(read).toBeGreaterThan(100);
});

test('bytes that were overwritten since they were read come to an end, or to an error of the runtime', () => {
  const message = fc.uint8Array({ maxLength: 60 });
  fc.assert(
    fc.property(items, fc.array(edit, { maxLength: 3 }), message, (attributes, edits, other) => {
      for (const bytes of [edited(writeItemMessage(attributes), edits), Buffer.from([0, 0x44, 0x49, 1, ...other])]) {
        new CanonicalMessage([Buffer.from('a')]).readAgain(bytes, 0, bytes.length);
        try {
          messages.line(bytes, 0, bytes.length);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ['no magic', '0a0a0a01611205 0a03787878'],
  ['a name twice', '00444901 0a080a016112030a0178 0a080a016112030a0179'],
  ['names in another order', '00444901 0a080a016212030a0178 0a080a016112030a0179'],
  ['a name that is no UTF-8', '00444901 0a080a01ff12030a0178'],
  ['a text that is no UTF-8', '00444901 0a080a016112030a01ff'],
  ['a value without a kind', '00444901 0a050a01611200'],
  ['a value of an unknown kind', '00444901 0a080a016112035a0178'],
  ['a value of two kinds', '00444901 0a0b0a016112060a0178120131'],
  ['a truth that is neither 0 nor 1', '00444901 0a070a016112022002'],
  ['a length that is longer than it need be', '00444901 0a8800 0a016112030a0178'],
  ['an attribute without a value', '00444901 0a030a0161'],
  ['an unknown field', '00444901 0a080a016112030a0178 1001'],
  ['a length past the end', '00444901 0a090a016112030a0178'],
])('a message with %s is not read in place', (_, hex) => {
  expect(isCanonical(Buffer.from(hex.replaceAll(' ', ''), 'hex'))).toBe(false);
});

test('a message of more levels than a server serves is not read in place', () => {
  const nested = (levels: number): Attribute[] => {
    let value: StoredValue = { kind: 'S', bytes: Buffer.from('x') };
    for (let i = 0; i < levels; i++) value = { kind: 'L', values: [value] };
    return [{ name: Buffer.from('a'), value }];
  };
  expect(isCanonical(writeItemMessage(nested(SERVED_LEVELS)))).toBe(true);
  expectSameJson(writeItemMessage(nested(SERVED_LEVELS)));
  expect(isCanonical(writeItemMessage(nested(SERVED_LEVELS + 1)))).toBe(false);
});
