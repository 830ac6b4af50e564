import { hash } from 'node:crypto';
import { encodeFileName, JsonBytes, type TreeSink } from '@ekv/dump-tree';
import { Dice, scrambled } from '../redis-tree/dice.ts';
import { ValuePool, WORDS } from '../redis-tree/value-pool.ts';

export interface SqsTreeShape {
  /** Number of messages. */
  readonly records: number;
  /** Mean length of the text in a message's body. */
  readonly valueBytes: number;
  /** Changes bodies, ids and groups. */
  readonly seed: number;
  /** `one`: all messages in one standard queue. Default: in five queues of all kinds. */
  readonly queues?: 'one' | 'all kinds';
}

interface QueueShape {
  readonly name: string;
  /** How many of 100 messages are in it. */
  readonly share: number;
  readonly fifo?: 'content' | 'ids';
  readonly partitions?: number;
  readonly delaySeconds?: number;
}

const ONE_QUEUE: readonly QueueShape[] = [{ name: 'orders', share: 100 }];
const QUEUES: readonly QueueShape[] = [
  { name: 'orders', share: 35 },
  { name: 'mail-jobs', share: 15, delaySeconds: 30 },
  { name: 'events.fifo', share: 25, fifo: 'content' },
  { name: 'payments.fifo', share: 15, fifo: 'ids' },
  { name: 'clicks.fifo', share: 10, fifo: 'ids', partitions: 4 },
];

/** 2026-01-01. */
const START_MILLIS = 1_767_225_600_000;
const GROUPS = 199;
/** One message in this many has an attribute. */
const ATTRIBUTE_SHARE = 8;
const HASH_START = 0x811c9dc5;
const HASH_PRIME = 0x01000193;

/** Writes the `sqs/` folder of a generated tree, in bounded memory. */
export function writeSqsTree(shape: SqsTreeShape, sink: TreeSink): void {
  const pool = new ValuePool(shape.seed, shape.valueBytes * 2 + 1024);
  let first = 0;
  const queues = shape.queues === 'one' ? ONE_QUEUE : QUEUES;
  for (const [i, queue] of queues.entries()) {
    const isLast = i === queues.length - 1;
    const count = isLast ? shape.records - first : Math.floor((shape.records * queue.share) / 100);
    const folder = `sqs/${encodeFileName(Buffer.from(queue.name))}`;
    sink.file(`${folder}/_queue.json`, Buffer.from(queueJson(queue)));
    if (count > 0) writeMessages(sink, `${folder}/messages.jsonl`, queue, { first, count, shape, pool });
    first += count;
  }
}

/** docs/format/06-sqs.md, section 4.5. */
function queueJson({ name, fifo, partitions, delaySeconds = 0 }: QueueShape): string {
  const settings = {
    format_version: 1,
    name,
    ...(fifo !== undefined && { fifo: true }),
    ...(fifo === 'content' && { content_based_deduplication: true }),
    visibility_timeout_seconds: 30,
    message_retention_seconds: 345_600,
    delay_seconds: delaySeconds,
    maximum_message_size: 262_144,
    ...(partitions !== undefined && {
      partition_count: partitions,
      fifo_throughput_limit: 'perMessageGroupId',
      deduplication_scope: 'messageGroup',
    }),
  };
  return JSON.stringify(settings, null, 2);
}

interface Run {
  /** Number of the queue's first message among all. */
  readonly first: number;
  readonly count: number;
  readonly shape: SqsTreeShape;
  readonly pool: ValuePool;
}

/** docs/format/06-sqs.md, section 4.6. Ids are as random as those of a server, so the order of lines is that of send times alone. */
function writeMessages(sink: TreeSink, path: string, queue: QueueShape, { first, count, shape, pool }: Run): void {
  const dice = new Dice(shape.seed);
  const json = new JsonBytes();
  const lines = sink.lines(path);
  let millis = START_MILLIS;
  for (let i = 0; i < count; i++) {
    const record = first + i;
    dice.begin(4, record);
    millis += 1 + dice.below(2);
    const length = (shape.valueBytes >> 1) + dice.below(shape.valueBytes + 1);
    const text = pool.text(dice, length).toString();
    const body = Buffer.from(JSON.stringify({ n: record, text }));
    json.reset();
    json.text(`{"message_id":"${idOf(record)}","body":`);
    json.string(body, 0, body.length, 'html');
    json.text(`,"md5_of_body":"${hash('md5', body, 'hex')}"`);
    if (dice.oneIn(ATTRIBUTE_SHARE)) {
      json.text(`,"md5_of_message_attributes":"${hash('md5', String(record), 'hex')}","message_attributes":`);
      json.text(`{"kind":{"DataType":"String","StringValue":"${dice.pick(WORDS)}"}}`);
    }
    json.text(`,"send_timestamp_millis":${millis},"available_at_millis":${millis + (queue.delaySeconds ?? 0) * 1000}`);
    json.text(',"visible_at_millis":0,"receive_count":0,"queue_generation":1');
    if (queue.fifo !== undefined) json.text(fifoFields(queue, i, dice));
    json.text('}\n');
    lines.write(json.view());
  }
  lines.close();
}

/** 32 hex digits. */
function idOf(record: number): string {
  return scrambled(record) + scrambled(~record) + scrambled(record ^ 0x55555555) + scrambled(record + 0x1000000);
}

function fifoFields({ fifo, partitions }: QueueShape, i: number, dice: Dice): string {
  const group = `group-${dice.below(GROUPS)}`;
  const id = fifo === 'ids' ? `,"message_deduplication_id":"dedup-${scrambled(i)}"` : '';
  const partition = partitions === undefined ? '' : `,"partition":${fnv1a(group) & (partitions - 1)}`;
  return `,"message_group_id":"${group}"${id},"sequence_number":${i + 1}${partition}`;
}

/** docs/format/06-sqs.md, section 1.3. */
function fnv1a(ascii: string): number {
  let value = HASH_START;
  for (let i = 0; i < ascii.length; i++) value = Math.imul(value ^ ascii.charCodeAt(i), HASH_PRIME);
  return value;
}
