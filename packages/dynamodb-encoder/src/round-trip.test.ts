import type { SnapshotRow } from '@ekv/snapshot';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decoded } from './decode/decoded.test-data.ts';
import { encoded } from './encode/encoded.test-data.ts';
import { type AttributeValue, defineTable, itemRecords, tableRecords } from './index.ts';

/** Keys whose names meet, look like folders, or are those of no file. */
const texts = fc.constantFrom(
  '',
  '5',
  '0.5',
  '1/2',
  'x',
  'x.json',
  '.',
  '..',
  '.json',
  'b64.',
  '1e240',
  `1${'0'.repeat(240)}`,
);
const numbers = fc.constantFrom('5', '5.0', '-5', '0.5', '1e240', '1e-400', ' 8 ', '1e1000001');
const key: fc.Arbitrary<AttributeValue> = fc.oneof(
  texts.map((S) => ({ S })),
  numbers.map((N) => ({ N })),
  texts.map((text) => ({ B: Buffer.from(text) })),
);
const tables = fc.constantFrom('t', '.', '..', 'a/b', 'abc', 'abcdef', 'x'.repeat(250));

function sortedRows(rows: Iterable<SnapshotRow>): string[] {
  const text = (bytes: SnapshotRow['value']) => Buffer.from(bytes as Uint8Array).toString('hex');
  return [...rows].map(({ key, value }) => `${text(key)} ${text(value)}`).sort();
}

/** What is said of schemas without types, of keys that are empty, and of numbers beyond all clients. */
const OF_MADE_UP_TABLES = new Set(['ddb_schema_incomplete', 'ddb_beyond_limits', 'ddb_unusable_numbers']);

test('no item is lost or changed, whatever its keys: a tree gives the rows it came from', () => {
  const table = fc.record({
    name: tables,
    hasRange: fc.boolean(),
    items: fc.array(fc.tuple(key, key, key), { maxLength: 25 }),
  });
  fc.assert(
    fc.property(fc.uniqueArray(table, { selector: ({ name }) => name, maxLength: 3 }), (definitions) => {
      const rows = definitions.flatMap(({ name, hasRange, items }) => {
        const indexes = [{ name: 'i', hashKey: 'i', rangeKey: 'r' }];
        const schema = defineTable({ name, hashKey: 'h', ...(hasRange && { rangeKey: 'r' }), indexes });
        const byKey = new Map(
          items.map(([h, r, i]) => {
            const records = [...itemRecords(schema, { h, r, i })];
            return [Buffer.from(records[0]!.key).toString('hex'), records];
          }),
        );
        return [...tableRecords(schema), ...[...byKey.values()].flat()];
      });
      const tree = decoded(rows);
      const again = encoded(tree.files);
      expect(sortedRows(again.records)).toEqual(sortedRows(rows));
      expect(again.warnings.filter(({ event }) => !OF_MADE_UP_TABLES.has(event))).toEqual([]);
      expect(decoded(again.records).files).toEqual(tree.files);
    }),
    { numRuns: 60 },
  );
}, 60_000);
