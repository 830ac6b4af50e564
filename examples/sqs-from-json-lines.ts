/**
 * Loads a file of JSON Lines into a FIFO queue: each line becomes one message, in the order of the file. The result is a
 * snapshot file; a node that is restored from it delivers the messages in that order. Memory does not grow with the file.
 */
import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { openSnapshot, writeSnapshot } from '@ekv/snapshot';
import { queueRecords, type SqsMessage } from '@ekv/sqs-encoder';
import { sqsMessages } from '@ekv/sqs-encoder/read';

writeFileSync(
  'orders.jsonl',
  `{"customer":"amber","order":"A-1","items":3}
{"customer":"birch","order":"B-1","items":1}
{"customer":"amber","order":"A-2","items":7}
{"customer":"birch","order":"B-1","items":1}
`,
);

/** When the messages count as sent: retention starts here. */
const SENT = new Date('2026-01-01T00:00:00Z');

/** Orders of one customer keep their order; one that is in the file twice is delivered once a server sees it again. */
async function* messages(path: string): AsyncGenerator<SqsMessage> {
  for await (const line of (await open(path)).readLines()) {
    const { customer, order } = JSON.parse(line);
    yield { body: line, sendTimestampMillis: SENT, groupId: customer, deduplicationId: order };
  }
}

const rows = queueRecords({ name: 'orders.fifo', fifo: true }, messages('orders.jsonl'), { complete: true });
const { entries, sha256 } = await writeSnapshot('orders.fsm', rows, { lastCommitTs: SENT, adapters: ['sqs'] });
console.log(`orders.fsm: ${entries} rows, SHA-256 ${sha256.slice(0, 16)}...`);

using snapshot = openSnapshot('orders.fsm');
for (const { sequenceNumber, groupId, body } of sqsMessages(snapshot)) console.log(sequenceNumber, groupId, body);
