/**
 * Builds a snapshot file with a DynamoDB table of 1,000 items and an index, with `@ekv/dynamodb-encoder` and `@ekv/snapshot`
 * alone: no dump tree, no server. A node that is restored from the file answers queries on the table and on the index.
 */
import { defineTable, type Item, itemRecords, tableRecords } from '@ekv/dynamodb-encoder';
import { openSnapshot, printable, ScratchFolder, type SnapshotRow, writeSnapshot } from '@ekv/snapshot';

const FILE = 'orders.fsm';
const ITEMS = 1000;

const ORDERS = defineTable({
  name: 'orders',
  hashKey: 'customer',
  rangeKey: 'number',
  attributeTypes: { customer: 'S', number: 'N', due: 'N' },
  indexes: [{ name: 'by-due', hashKey: 'state', rangeKey: 'due' }],
});

/** Numbers are text, so they have as many digits as they need. One order in five has no due time and is not in the index. */
function order(i: number): Item {
  return {
    customer: { S: `customer-${String(i % 50).padStart(2, '0')}` },
    number: { N: String(i) },
    total: { N: `${i}.000000000000000000000000000000000001` },
    state: { S: i % 2 === 0 ? 'open' : 'paid' },
    ...(i % 5 !== 0 && { due: { N: String(1_800_000_000 + i) } }),
    lines: { L: [{ M: { sku: { S: `sku-${i % 7}` }, quantity: { N: '1' } } }] },
  };
}

/** The rows of the table, and a group of rows for each item. */
function* groups(): Generator<Iterable<SnapshotRow>> {
  yield tableRecords(ORDERS);
  for (let i = 0; i < ITEMS; i++) yield itemRecords(ORDERS, order(i));
}

const written = await writeSnapshot(FILE, groups(), { lastCommitTs: new Date('2026-01-01'), adapters: ['dynamodb'] });
console.log(`${FILE}: ${written.entries} entries, ${written.bytes} bytes`);
console.log(`sha256 ${written.sha256}`);

const scratch = new ScratchFolder();
try {
  const snapshot = openSnapshot(FILE, { scratch });
  const rows = snapshot.check({ families: ['!ddb|item|', '!ddb|gsi|'] });
  console.log(`${rows.count('!ddb|item|')} items, ${rows.count('!ddb|gsi|')} of them in the index`);
  const index = rows.rows('!ddb|gsi|');
  index.next();
  console.log(`first in the index: ${printable(index.bytes.subarray(index.keyStart, index.keyEnd))}`);
  snapshot.close();
} finally {
  scratch.remove();
}
