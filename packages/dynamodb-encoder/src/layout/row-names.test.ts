import { join } from 'node:path';
import { type RowOrRows, writeSnapshot } from '@ekv/snapshot';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defineTable, itemRecords, tableRecords } from '../index.ts';
import { DYNAMODB_FAMILIES } from './families.ts';
import { dynamodbRowName } from './row-names.ts';

const orders = defineTable({ name: 'orders', hashKey: 'customer', rangeKey: 'number' });
const indexed = defineTable({ name: 'orders', hashKey: 'id', indexes: [{ name: 'by day', hashKey: 'day' }] });
const item = (number: string) => ({ customer: { S: 'alice' }, number: { N: number } });

test.each<[string, () => RowOrRows[]]>([
  ['the DynamoDB table "orders"', () => [tableRecords(orders), tableRecords(orders)]],
  ['the item ("alice", -12.5) of the DynamoDB table "orders"', () => [orders.rows([item('-12.5'), item('-1.25E1')])]],
  [
    'the item ("2026", "a\\x00") of the index "by day" of the DynamoDB table "orders"',
    () => [1, 2].map(() => itemRecords(indexed, { id: { S: 'a\0' }, day: { S: '2026' } })),
  ],
])('what is given twice is named in the words of the caller: %s', async (name, rows) => {
  await expect(writeSnapshot(join(temporaryFolder(), 'a.fsm'), rows())).rejects.toThrow(
    `: ${name} was given twice; give it once`,
  );
});

test('any bytes after a prefix have a name or none', () => {
  fc.assert(
    fc.property(fc.constantFrom(...DYNAMODB_FAMILIES), fc.uint8Array(), (family, rest) => {
      dynamodbRowName(Buffer.concat([Buffer.from(family), rest]));
    }),
  );
});
