import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prefixLast, prefixLastSortKey } from '../values/rows/key-order.ts';
import { ListItemRows } from '../values/rows/list-item-rows.ts';
import { PrefixLastRows } from '../values/rows/prefix-last-rows.ts';
import { type NodeRow, withNodeFile } from './node-file.test-data.ts';

/** Keys that extend each other, also with bytes that look like the beginning of a timestamp or a sequence number. */
const key = fc
  .array(fc.constantFrom(0x61, 0x62, 0x00, 0x7f, 0x80, 0xfe, 0xff), { maxLength: 7 })
  .map((bytes) => Buffer.from(bytes));
const timestamp = fc.constantFrom(1n, 100n, 2n ** 63n, 117664502744219697n, 2n ** 64n - 1n);
const sequence = fc.constantFrom(-(2n ** 63n), -(2n ** 62n), -3n, -1n, 0n, 1n, 2n ** 62n, 2n ** 63n - 1n);
const sequences = fc.uniqueArray(sequence, { minLength: 1 }).map((some) => some.sort((a, b) => (a < b ? -1 : 1)));
/** Also keys that look like the beginning of an item row of another list: with its sequence number and some of its timestamp. */
const listKey = fc.oneof(
  key,
  fc
    .tuple(key, sequence, timestamp, fc.nat({ max: 8 }))
    .map(([list, first, ts, length]) =>
      Buffer.concat([list, sortable(first), u64(BigInt.asUintN(64, ~ts)).subarray(0, length)]),
    ),
);

const u64 = (value: bigint) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
};
const sortable = (value: bigint) => u64(BigInt.asUintN(64, value) ^ (1n << 63n));

const range = (bytes: Buffer) => ({ bytes, keyStart: 0, keyEnd: bytes.length });
const byPrefixLast = (a: Buffer, b: Buffer) => prefixLast(range(a), range(b));

function keyedRows(prefix: string, rows: ReadonlyArray<readonly [Buffer, bigint]>): NodeRow[] {
  return rows.map(([bytes, ts]) => ({ key: Buffer.concat([Buffer.from(prefix), bytes]), value: bytes, timestamp: ts }));
}

test('rows with a key each come in one order, whatever their timestamps', () => {
  const prefix = '!redis|ttl|';
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(key, timestamp), { selector: ([k]) => k.toString('hex'), maxLength: 60 }),
      (rows) => {
        const seen = withNodeFile(keyedRows(prefix, rows), [prefix], (snapshot) => {
          const found: Buffer[] = [];
          const ordered = new PrefixLastRows(snapshot.rows(prefix), prefix, 100);
          for (; ordered.present; ordered.advance()) {
            const k = Buffer.from(ordered.bytes.subarray(ordered.keyStart, ordered.keyEnd));
            expect(ordered.bytes.subarray(ordered.valueStart, ordered.valueEnd).equals(k)).toBe(true);
            found.push(k);
          }
          return found;
        });
        expect(seen.map((k) => k.toString('hex'))).toEqual(
          rows
            .map(([k]) => k)
            .sort(byPrefixLast)
            .map((k) => k.toString('hex')),
        );
      },
    ),
    { numRuns: 150 },
  );
}, 60_000);

test('items are gathered by list, in order, also where lists enclose each other', () => {
  const prefix = '!lst|itm|';
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(listKey, sequences, timestamp), {
        selector: ([k]) => k.toString('hex'),
        maxLength: 25,
      }),
      (lists) => {
        const rows: NodeRow[] = lists.flatMap(([k, places, ts]) =>
          places.map((place, i) => ({
            key: Buffer.concat([Buffer.from(prefix), k, sortable(place)]),
            value: Buffer.from([i]),
            timestamp: ts,
          })),
        );
        const seen = withNodeFile(rows, [prefix], (snapshot, scratch) => {
          const found: Array<[string, string]> = [];
          const items = new ListItemRows(snapshot.rows(prefix), prefix, { items: scratch });
          for (; items.present; items.advance()) {
            const list = items.items;
            const values: number[] = [];
            while (list.next()) values.push(list.bytes[list.valueStart]!);
            found.push([items.bytes.toString('hex', items.keyStart, items.keyEnd), values.join()]);
          }
          return found;
        });
        const wanted = [...lists].sort(([a], [b]) => byPrefixLast(a, b));
        expect(seen).toEqual(wanted.map(([k, places]) => [k.toString('hex'), places.map((_, i) => i).join()]));
      },
    ),
    { numRuns: 150 },
  );
}, 60_000);

test('the sort key orders bytes as prefixLast does', () => {
  fc.assert(
    fc.property(key, key, (a, b) => {
      const bySortKey = Buffer.compare(prefixLastSortKey(a, 0, a.length), prefixLastSortKey(b, 0, b.length));
      expect(Math.sign(bySortKey)).toBe(Math.sign(byPrefixLast(a, b)));
    }),
  );
});

test('a key whose timestamp looks like the rest of a longer key does not part that key from those that extend it', () => {
  const prefix = '!redis|ttl|';
  // In the file: `fe` at 2^64-1, then the empty key, whose timestamp begins with fe too, then `fe 61`.
  const rows = keyedRows(prefix, [
    [Buffer.from([]), 117664502744219697n],
    [Buffer.from([0xfe]), 2n ** 64n - 1n],
    [Buffer.from([0xfe, 0x61]), 1n],
  ]);
  const seen = withNodeFile(rows, [prefix], (snapshot) => {
    const found: string[] = [];
    const ordered = new PrefixLastRows(snapshot.rows(prefix), prefix, 100);
    for (; ordered.present; ordered.advance())
      found.push(ordered.bytes.toString('hex', ordered.keyStart, ordered.keyEnd));
    return found;
  });
  expect(seen).toEqual(['fe61', 'fe', '']);
});
