/**
 * Loads a file of JSON Lines into a FIFO queue: each line becomes one message, in the order of the file. The result is a
 * snapshot file; a node that is restored from it delivers the messages in that order. With `@ekv/sqs-encoder` and
 * `@ekv/snapshot` alone, in memory that does not grow with the file.
 */
import { hash } from 'node:crypto';
import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import { openSnapshot, ScratchFolder, writeSnapshot } from '@ekv/snapshot';
import { queueRecords, type SqsMessage, type SqsQueue } from '@ekv/sqs-encoder';

const INPUT = 'orders.jsonl';
const OUTPUT = 'orders.fsm';
/** Milliseconds since 1970: when the messages count as sent. Retention starts here. */
const SENT = BigInt(Date.UTC(2026, 0, 1));

const QUEUE: SqsQueue = { name: 'orders.fifo', fifo: true, messageRetentionSeconds: 1_209_600n };

/** Orders of one customer keep their order; an order that is in the file twice is delivered once a server sees it again. */
function* messages(lines: Iterable<string>): Generator<SqsMessage> {
  let sequenceNumber = 0n;
  for (const line of lines) {
    const { customer, order } = JSON.parse(line) as { customer: string; order: string };
    sequenceNumber++;
    yield {
      id: hash('md5', `${INPUT}:${sequenceNumber}`, 'hex'),
      body: line,
      sendTimestampMillis: SENT,
      groupId: customer,
      deduplicationId: order,
      sequenceNumber,
    };
  }
}

/** The lines of a file, a block at a time. */
function* linesOf(path: string): Generator<string> {
  const block = Buffer.alloc(1 << 16);
  const fd = openSync(path, 'r');
  let rest = Buffer.alloc(0);
  for (let read = readSync(fd, block); read > 0; read = readSync(fd, block)) {
    rest = Buffer.concat([rest, block.subarray(0, read)]);
    for (let end = rest.indexOf('\n'); end !== -1; end = rest.indexOf('\n')) {
      yield rest.toString('utf8', 0, end);
      rest = rest.subarray(end + 1);
    }
  }
  closeSync(fd);
  if (rest.length > 0) yield rest.toString();
}

async function load(input: string, output: string, scratch: ScratchFolder): Promise<void> {
  const rows = queueRecords(QUEUE, messages(linesOf(input)), { scratch });
  const { entries, bytes, sha256 } = await writeSnapshot(output, rows, {
    lastCommitTs: SENT << 16n,
    adapters: ['sqs'],
  });
  console.log(`${output}: ${entries} rows, ${bytes} bytes, SHA-256 ${sha256.slice(0, 16)}...`);
}

/** Shows how many rows of each family the file holds. */
function show(path: string, scratch: ScratchFolder): void {
  const snapshot = openSnapshot(path, { scratch });
  const families = ['queue|meta', 'queue|gen', 'queue|seq', 'msg|data', 'msg|vis', 'msg|byage', 'msg|dedup'];
  const { summary } = snapshot.check({ families: families.map((family) => `!sqs|${family}|`) });
  for (const [family, count] of summary.families) console.log(`  ${family} ${count}`);
  snapshot.close();
}

writeFileSync(
  INPUT,
  `{"customer":"amber","order":"A-1","items":3}
{"customer":"birch","order":"B-1","items":1}
{"customer":"amber","order":"A-2","items":7}
{"customer":"birch","order":"B-1","items":1}
`,
);
const scratch = new ScratchFolder();
await load(INPUT, OUTPUT, scratch);
show(OUTPUT, scratch);
scratch.remove();
