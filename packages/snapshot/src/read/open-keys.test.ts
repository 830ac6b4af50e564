import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OpenKeys } from './open-keys.ts';

/** Keys of a tiny alphabet, so that they begin with each other and run into versions. */
const key = fc.array(fc.constantFrom(0x00, 0x61, 0xa5, 0xff), { maxLength: 4 }).map((bytes) => Buffer.from(bytes));
const version = fc.record({ key, timestamp: fc.oneof(fc.bigInt(1n, 2n ** 64n - 1n), fc.bigInt(1n, 9n)) });

function encoded({ key, timestamp }: { readonly key: Buffer; readonly timestamp: bigint }): Buffer {
  const bytes = Buffer.alloc(key.length + 8);
  key.copy(bytes);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, ~timestamp), key.length);
  return bytes;
}

describe('keys of which some begin others', () => {
  test('get all of their versions together, each key opened and closed once', () => {
    fc.assert(
      fc.property(fc.array(version, { maxLength: 40 }), (drawn) => {
        const all = [...new Map(drawn.map((one) => [encoded(one).toString('hex'), one])).values()];
        const ascending = all.map(encoded).sort(Buffer.compare);
        const opened: string[] = [];
        const closed = new Map<string, string[]>();
        const keys = new OpenKeys<string[]>({
          open: (bytes, start, end) => {
            opened.push(bytes.toString('hex', start, end));
            return [];
          },
          close: (versions, key) => void closed.set(key.toString('hex'), versions),
        });
        for (const one of ascending) {
          // As of a reader: the bytes stand elsewhere each time, and what was there before is gone.
          const bytes = Buffer.concat([Buffer.from('..'), one]);
          keys.of(bytes, 2, bytes.length - 8).push(one.toString('hex', one.length - 8));
          bytes.fill(0xee);
        }
        keys.end();
        const expected = new Map<string, string[]>();
        for (const one of all.sort((a, b) => (a.timestamp > b.timestamp ? -1 : 1))) {
          const name = one.key.toString('hex');
          expected.set(name, [...(expected.get(name) ?? []), encoded(one).toString('hex', one.key.length)]);
        }
        expect(closed).toEqual(expected);
        expect(opened.toSorted()).toEqual([...expected.keys()].sort());
      }),
      { numRuns: 500 },
    );
  });

  test('are closed as soon as the version at hand does not begin with them', () => {
    const closed: string[] = [];
    const keys = new OpenKeys<undefined>({
      open: () => undefined,
      close: (_, key) => void closed.push(key.toString('latin1')),
    });
    const pass = (name: string, timestamp: bigint) => {
      const bytes = encoded({ key: Buffer.from(name, 'latin1'), timestamp });
      keys.of(bytes, 0, bytes.length - 8);
    };
    pass('a', 90n);
    pass('a\xff\xff\xff\xff\xff\xff\xff\xa6', 7n);
    pass('a', 50n);
    expect(closed).toEqual(['a\xff\xff\xff\xff\xff\xff\xff\xa6']);
    pass('b', 50n);
    expect(closed).toEqual(['a\xff\xff\xff\xff\xff\xff\xff\xa6', 'a']);
  });

  test('are refused in another order', () => {
    const keys = new OpenKeys<undefined>({ open: () => undefined });
    const [a, b] = ['a', 'b'].map((name) => encoded({ key: Buffer.from(name), timestamp: 1n }));
    keys.of(b!, 0, 1);
    expect(() => keys.of(a!, 0, 1)).toThrow(/ascending order/);
  });
});
