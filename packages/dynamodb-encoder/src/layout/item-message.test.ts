import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readItemMessage, writeItemMessage } from './item-message.ts';
import { items, normalized } from './stored-value.test-data.ts';
import { type Attribute, orderedByName, type StoredValue } from './stored-value.ts';

const MAGIC = '00444901';
const hex = (digits: string) => Buffer.from(digits.replaceAll(' ', ''), 'hex');
/** The one attribute `a` of a message `0a LENGTH 0a 01 61 12 LENGTH VALUE`. */
const parseValue = (value: string): StoredValue => {
  const bytes = hex(value);
  const entry = Buffer.concat([hex('0a0161 12'), Buffer.from([bytes.length]), bytes]);
  return readItemMessage(Buffer.concat([hex(MAGIC), hex('0a'), Buffer.from([entry.length]), entry]))[0]!.value;
};
const text = (kind: 'S' | 'N' | 'B', value: string): StoredValue => ({ kind, bytes: Buffer.from(value) });

test('an item of a server is written byte for byte', () => {
  const stored = hex(
    `${MAGIC}
    0a07 0a0162 12022001
    0a09 0a0362696e 12021a00
    0a0e 0a026273 1208 4206 0a0101 0a0100
    0a07 0a0166 12022000
    0a0e 0a026964 1208 0a06 736573732d31
    0a19 0a016c 1214 4a12 0a030a0178 0a03120131 0a024a00 0a025200
    0a20 0a016d 121b 5219 0a17 0a016b 1212 5210 0a0e 0a0464656570 1206 4a04 0a022801
    0a07 0a016e 12022801
    0a13 0a026e73 120d 3a0b 0a023130 0a0139 0a022d31
    0a07 0a0173 12020a00
    0a0e 0a027373 1208 3206 0a0162 0a0161`.replaceAll(/\s/g, ''),
  );
  expect(Buffer.from(writeItemMessage(readItemMessage(stored))).equals(stored)).toBe(true);
});

test('what is written is read back', () => {
  fc.assert(
    fc.property(items, (attributes) => {
      const message = Buffer.from(writeItemMessage(attributes));
      expect(readItemMessage(message)).toEqual(normalized(attributes));
      expect(Buffer.from(writeItemMessage(readItemMessage(message))).equals(message)).toBe(true);
    }),
  );
});

test('the order in which attributes come does not matter', () => {
  fc.assert(
    fc.property(items, (attributes) => {
      expect(writeItemMessage([...attributes].reverse())).toEqual(writeItemMessage(attributes));
    }),
  );
});

describe('a message that another writer could have made is read', () => {
  test.each([
    ['a value without a known field', '', { kind: 'none' }],
    ['an unknown field', '0a0178 5801 620179 6d00000000 7100000000 00000000', text('S', 'x')],
    ['a known field of another wire type', '0a0178 0801 2500000000', text('S', 'x')],
    ['a group with a group in it', '0a0178 5b 63 0a0179 64 5c', text('S', 'x')],
    ['several kinds, of which the last counts', '0a0178 120131', text('N', '1')],
    ['a set twice in a row', '32030a0161 32030a0162', { kind: 'SS', elements: [Buffer.from('a'), Buffer.from('b')] }],
    ['a set twice with something between', '32030a0161 2001 32030a0162', { kind: 'SS', elements: [Buffer.from('b')] }],
    [
      'a list twice in a row',
      '4a040a022001 4a040a022800',
      {
        kind: 'L',
        values: [
          { kind: 'BOOL', truth: true },
          { kind: 'NULL', truth: false },
        ],
      },
    ],
    ['a truth value of another number', '20 8080808001', { kind: 'BOOL', truth: true }],
    ['a truth value of zero in ten bytes', '20 80808080808080808000', { kind: 'BOOL', truth: false }],
    ['a length in more bytes than needed', '0a 8180808000 78', text('S', 'x')],
  ] as ReadonlyArray<[string, string, StoredValue]>)('%s', (_, message, value) => {
    expect(parseValue(message)).toEqual(value);
  });

  test('a map twice in a row is merged, a name in both has its later value', () => {
    const map = parseValue('5209 0a07 0a0161 12020a00 5212 0a07 0a0161 12022001 0a07 0a0162 12020a00') as Extract<
      StoredValue,
      { kind: 'M' }
    >;
    expect(orderedByName(map.entries)).toEqual([
      { name: Buffer.from('a'), value: { kind: 'BOOL', truth: true } },
      { name: Buffer.from('b'), value: text('S', '') },
    ]);
  });

  test('an entry without name or value has an empty name or no value', () => {
    expect(readItemMessage(hex(`${MAGIC}0a00`))).toEqual([{ name: Buffer.alloc(0), value: { kind: 'none' } }]);
  });

  test('a value twice in an entry is merged, a name twice has its later text', () => {
    const entry = '0a0178 0a0179 1205 3203 0a0161 1205 3203 0a0162'.replaceAll(' ', '');
    const message = hex(`${MAGIC}0a${(entry.length / 2).toString(16).padStart(2, '0')}${entry}`);
    expect(readItemMessage(message)).toEqual([
      { name: Buffer.from('y'), value: { kind: 'SS', elements: [Buffer.from('a'), Buffer.from('b')] } },
    ]);
  });

  test('the later of two entries with one name replaces the earlier', () => {
    const attributes = readItemMessage(hex(`${MAGIC} 0a08 0a0161 1203 0a0178 0a08 0a0161 1203 120131`));
    expect(orderedByName(attributes)).toEqual([{ name: Buffer.from('a'), value: text('N', '1') }]);
  });
});

describe('a message is refused that', () => {
  test.each([
    ['has another magic', '00445301', 'magic'],
    ['is empty', '', 'magic'],
    ['is shorter than the magic', '004449', 'magic'],
    ['is cut in an entry', `${MAGIC}0a05`, 'runs past the end'],
    ['is cut in a length', `${MAGIC}0a80`, 'cut short'],
    ['has a nested length beyond its own message', `${MAGIC}0a030a0561 0000000000`, 'runs past the end'],
    ['has the field number 0', `${MAGIC}0200`, 'field number'],
    ['has a field number of 30 bits', `${MAGIC}8080808010 00`, 'field number'],
    ['has wire type 6', `${MAGIC}0e00`, 'wire type'],
    ['has wire type 7', `${MAGIC}0f00`, 'wire type'],
    ['ends a group that did not begin', `${MAGIC}0c`, 'group'],
    ['ends another group', `${MAGIC}13 1c`, 'group'],
    ['does not end a group', `${MAGIC}13`, 'group'],
    ['has a number of 11 bytes', `${MAGIC}1080808080808080808080 00`, '10 bytes'],
    ['has a number of 65 bits', `${MAGIC}10ffffffffffffffffff02`, '64 bits'],
    ['is cut in 32 bits', `${MAGIC}15000000`, 'cut short'],
    ['is cut in 64 bits', `${MAGIC}1100000000000000`, 'cut short'],
    ['has a length of 2^32', `${MAGIC}0a8080808010`, 'runs past the end'],
    ['has a name that is no UTF-8', `${MAGIC}0a030a01ff`, 'UTF-8'],
    ['has a surrogate in a text', `${MAGIC}0a0a 0a0161 1205 0a03 eda080`, 'UTF-8'],
    ['has an overlong form in a number', `${MAGIC}0a09 0a0161 1204 1202 c080`, 'UTF-8'],
    ['has no UTF-8 in a set', `${MAGIC}0a0a 0a0161 1205 3203 0a01ff`, 'UTF-8'],
  ])('%s', (_, message, rule) => {
    expect(() => readItemMessage(hex(message))).toThrow(rule);
  });
});

test('any damage is either read or refused by a message', () => {
  fc.assert(
    fc.property(
      items,
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 3 }),
      fc.nat(),
      (attributes, changes, cut) => {
        const message = Buffer.from(writeItemMessage(attributes));
        for (const [at, byte] of changes) message[4 + (at % Math.max(1, message.length - 4))] = byte;
        const damaged = message.subarray(0, Math.max(4, message.length - (cut % 3)));
        let parsed: Attribute[];
        try {
          parsed = readItemMessage(damaged);
        } catch (error) {
          expect((error as Error).constructor.name).toBe('DataError');
          return;
        }
        const once = Buffer.from(writeItemMessage(normalized(parsed)));
        expect(Buffer.from(writeItemMessage(normalized(readItemMessage(once)))).equals(once)).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
});

/** A list in a list, and so on. */
function nested(levels: number): Attribute[] {
  let value: StoredValue = text('S', 'x');
  for (let level = 0; level < levels; level++) value = { kind: 'L', values: [value] };
  return [{ name: Buffer.from('deep'), value }];
}

test.each([32, 1000])('%i levels of lists are written and read', (levels) => {
  expect(writeItemMessage(readItemMessage(Buffer.from(writeItemMessage(nested(levels)))))).toEqual(
    writeItemMessage(nested(levels)),
  );
});

test('more than 1000 levels are refused, written and read', () => {
  expect(() => writeItemMessage(nested(1001))).toThrow('deeper than 1000 levels');
  const value = Buffer.from(writeItemMessage(nested(1000))).subarray(4);
  // The entry of the outer item as an M inside of 999 more.
  let message = Buffer.concat([hex('0a'), varint(value.length), value]);
  for (let level = 0; level < 2; level++) {
    const inner = Buffer.concat([hex('52'), varint(value.length), value]);
    const entry = Buffer.concat([hex('0a0161 12'), varint(inner.length), inner]);
    message = Buffer.concat([hex('0a'), varint(entry.length), entry]);
  }
  expect(() => readItemMessage(Buffer.concat([hex(MAGIC), message]))).toThrow('deeper than 1000 levels');
});

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
}
