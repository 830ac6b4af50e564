/**
 * Builds a snapshot file with a DynamoDB table of 1,000 items and an index, without a dump tree or a server, and reads it back. A node
 * that is restored from the file answers queries on the table and on the index. Numbers are text, so they have as many digits as they
 * need; one order in five has no due time and is not in the index.
 */
import { defineTable, type Item } from '@ekv/dynamodb-encoder';
import { dynamodbItems } from '@ekv/dynamodb-encoder/read';
import { openSnapshot, writeSnapshot } from '@ekv/snapshot';

const keys = { hashKey: 'customer', rangeKey: 'number', attributeTypes: { customer: 'S', number: 'N', due: 'N' } };
const orders = defineTable({ name: 'orders', ...keys, indexes: [{ name: 'by-due', hashKey: 'due' }] });

function* items(due: number): Generator<Item> {
  for (let i = 0; i < 1000; i++)
    yield { customer: { S: `c${i % 50}` }, number: { N: `${i}.50` }, ...(i % 5 > 0 && { due: { N: `${due + i}` } }) };
}
const rows = orders.rows(items(1_800_000_000), { warn: console.warn });
console.log(await writeSnapshot('orders.fsm', rows, { lastCommitTs: new Date('2026-01-01'), adapters: ['dynamodb'] }));

using snapshot = openSnapshot('orders.fsm');
const [first] = dynamodbItems(snapshot, 'orders');
console.log(first);
