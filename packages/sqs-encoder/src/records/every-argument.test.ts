import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TreeSink } from '@ekv/dump-tree';
import { ArgumentError, DataError, openSnapshot, ScratchFolder, type SnapshotRow, SnapshotWriter } from '@ekv/snapshot';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeSqs, SQS_FAMILIES } from '../decode/index.ts';
import { queueRecords, type SqsMessage, type SqsQueue } from '../index.ts';
import { type StoredMessage, type StoredQueue, sqsMessages, sqsQueues } from '../read/index.ts';

const RUNS = 100;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekv-arguments-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What somebody without types may give for anything. */
const odd: fc.Arbitrary<unknown> = fc.constantFrom(
  null,
  undefined,
  '',
  'a\ud800b',
  'text',
  '{',
  0,
  -1,
  -1n,
  1.5,
  Number.NaN,
  2 ** 53,
  2n ** 63n,
  2n ** 64n,
  -(2n ** 63n) - 1n,
  'true',
  true,
  new Date(Number.NaN),
  new Date(-1),
  {},
  [],
  [{}],
  new Map([['k', 5]]),
  new Uint8Array([0xff, 0x00]),
  () => undefined,
  Symbol('s'),
);

/** Mostly what is right. */
const or = (good: fc.Arbitrary<unknown>) => fc.oneof({ weight: 100, arbitrary: good }, { weight: 1, arbitrary: odd });
const optional = (good: fc.Arbitrary<unknown>) => or(fc.option(good, { nil: undefined }));
const text = fc.string({ unit: 'binary', maxLength: 8 });
const integer = fc.oneof(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.maxSafeInteger(), fc.nat(100));

const kinds = fc.constantFrom<Partial<SqsQueue>>(
  {},
  { fifo: true },
  { fifo: true, contentBasedDeduplication: true },
  { fifo: true, partitionCount: 8, fifoThroughputLimit: 'perMessageGroupId', deduplicationScope: 'messageGroup' },
  { fifo: true, partitionCount: 4, fifoThroughputLimit: 'perQueue' },
);

const settings = fc.record({
  name: or(fc.oneof(text, fc.constantFrom('.', 'q.fifo', 'orders', '<&>\u2028'))),
  visibilityTimeoutSeconds: optional(integer),
  messageRetentionSeconds: optional(integer),
  maximumMessageSize: optional(integer),
  redrivePolicy: optional(text),
});

/** Properties that do not go together, or are of no value at all. */
const clashes = fc.record(
  {
    fifo: odd,
    partitionCount: fc.oneof(odd, fc.constantFrom(3, 64)),
    fifoThroughputLimit: fc.oneof(odd, fc.constant('perQueue')),
    deduplicationScope: fc.oneof(odd, fc.constant('queue')),
  },
  { requiredKeys: [] },
);

const queues = fc
  .tuple(settings, kinds, fc.oneof({ weight: 9, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: clashes }))
  .map((parts) => Object.assign({}, ...parts));

const attributes = fc.oneof(
  or(fc.record({ DataType: or(fc.constantFrom('String', 'Number.x', 'Foo')), StringValue: or(text) })),
  fc.record({ DataType: fc.constant('Binary'), BinaryValue: or(fc.uint8Array({ maxLength: 5 })) }),
  fc.record({ DataType: fc.constant('Binary'), BinaryValue: or(fc.base64String({ maxLength: 8 })) }),
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.constantFrom('{"DataType":"String","StringValue":"\\ud800"}', '{"a":1,"a":2}', ' [ 1.50e+3 , "<" ]'),
);

const messages = fc.record({
  id: or(text),
  body: or(fc.oneof(text, fc.uint8Array({ maxLength: 8 }))),
  attributes: optional(fc.dictionary(text, attributes, { maxKeys: 2, noNullPrototype: false })),
  md5OfBody: optional(text),
  md5OfAttributes: optional(text),
  sendTimestampMillis: or(fc.oneof(integer, fc.date({ min: new Date(0), noInvalidDate: true }))),
  availableAtMillis: optional(integer),
  groupId: optional(text),
  deduplicationId: optional(text),
  sequenceNumber: optional(fc.bigInt(0n, 2n ** 64n - 1n)),
  senderId: optional(text),
  deadLetterSourceArn: optional(text),
});

interface Given {
  readonly queue: unknown;
  readonly messages: unknown;
  readonly complete: unknown;
  /** Messages that come one after the other. */
  readonly isAsync: boolean;
}

const given: fc.Arbitrary<Given> = fc.record({
  queue: or(queues),
  messages: or(fc.array(or(messages), { maxLength: 4 })),
  complete: fc.boolean(),
  isAsync: fc.boolean(),
});

async function* asTheyCome(messages: readonly SqsMessage[]): AsyncGenerator<SqsMessage> {
  yield* messages;
}

interface Read {
  readonly queues: readonly StoredQueue[];
  readonly messages: readonly StoredMessage[];
}

/** As writeSnapshot, which would also wait for the disk. */
async function write(path: string, rows: Iterable<SnapshotRow> | AsyncIterable<SnapshotRow>): Promise<void> {
  const scratch = new ScratchFolder(folder);
  const writer = new SnapshotWriter({ lastCommitTs: 1n << 40n, scratch, arenaBytes: 1 << 16 });
  for await (const { key, value } of rows) writer.add(key, value);
  const blocks: Uint8Array[] = [];
  writer.writeTo({ write: (block) => void blocks.push(block) });
  writeFileSync(path, Buffer.concat(blocks));
}

/** What stands in the snapshot; decode takes it without an error. */
function readBack(path: string): Read {
  using snapshot = openSnapshot(path);
  const scratch = new ScratchFolder(folder);
  const lines = { write: () => {}, close: () => {} };
  const sink: TreeSink = { file: () => {}, lines: () => lines, pieces: () => lines as never, folder: () => {} };
  decodeSqs(snapshot.rowsOf(SQS_FAMILIES), sink, { scratch, warn: () => {} });
  scratch.remove();
  return { queues: [...sqsQueues(snapshot)], messages: [...sqsMessages(snapshot)] };
}

/** What the queue was given, or has by default. */
function expectedQueue(queue: SqsQueue): StoredQueue {
  const number = (value: bigint | number | undefined, standard: bigint) => BigInt(value ?? standard);
  return {
    name: queue.name,
    fifo: queue.fifo ?? false,
    contentBasedDeduplication: queue.contentBasedDeduplication ?? false,
    visibilityTimeoutSeconds: number(queue.visibilityTimeoutSeconds, 30n),
    messageRetentionSeconds: number(queue.messageRetentionSeconds, 345_600n),
    delaySeconds: 0n,
    receiveMessageWaitSeconds: 0n,
    maximumMessageSize: number(queue.maximumMessageSize, 262_144n),
    redrivePolicy: queue.redrivePolicy || undefined,
    redriveAllowPolicy: undefined,
    partitionCount: queue.partitionCount || undefined,
    fifoThroughputLimit: queue.fifoThroughputLimit || undefined,
    deduplicationScope: queue.deduplicationScope || undefined,
  };
}

const millis = (time: unknown) => (time instanceof Date ? BigInt(time.getTime()) : BigInt(time as bigint));

/** An attribute in one form, whichever it was given in. */
function attributeMeant(given: unknown): unknown {
  if (typeof given === 'string') return JSON.parse(given);
  const { BinaryValue: bytes, ...rest } = given as Record<string, unknown>;
  const base64 = bytes instanceof Uint8Array ? Buffer.from(bytes).toString('base64') : bytes;
  return JSON.parse(JSON.stringify({ ...rest, BinaryValue: base64 }));
}

/** What a message was given, and reads back. */
function meant(message: SqsMessage | StoredMessage): Record<string, unknown> {
  const { body, attributes = {}, sendTimestampMillis: sent, availableAtMillis: available = sent } = message;
  const named = attributes instanceof Map ? [...attributes] : Object.entries(attributes);
  return {
    id: message.id || undefined,
    body: Buffer.from(body as string).toString('hex'),
    attributes: Object.fromEntries(named.map(([name, value]) => [name, attributeMeant(value)])),
    sent: millis(sent),
    available: millis(available),
    groupId: message.groupId || undefined,
    deduplicationId: message.deduplicationId || undefined,
    sequenceNumber: message.sequenceNumber ? BigInt(message.sequenceNumber) : undefined,
    senderId: message.senderId || undefined,
    deadLetterSourceArn: message.deadLetterSourceArn || undefined,
  };
}

/** With `complete` an id and a number are there that nobody gave. */
function checkRead({ queues, messages: read }: Read, { queue, messages, complete }: Given): void {
  expect(queues).toEqual([expectedQueue(queue as SqsQueue)]);
  const found = read.map(meant);
  const wanted = Array.from(messages as SqsMessage[], meant);
  expect(found).toHaveLength(wanted.length);
  for (const message of wanted) {
    const said = Object.entries(message).filter(([, value]) => value !== undefined || complete !== true);
    expect(found).toContainEqual(expect.objectContaining(Object.fromEntries(said)));
  }
}

test('whatever is given to queueRecords is refused as an argument, or decode takes it and it reads back as it was', async () => {
  const seen = { refused: 0, written: 0 };
  await fc.assert(
    fc.asyncProperty(given, async (arguments_) => {
      const { queue, messages, complete } = arguments_ as unknown as Record<string, never>;
      const source = arguments_.isAsync && Array.isArray(messages) ? asTheyCome(messages) : messages;
      const path = join(folder, 'written.fsm');
      try {
        await write(path, queueRecords(queue, source, { complete, warn: () => {} }));
      } catch (error) {
        seen.refused++;
        if (!(error instanceof ArgumentError)) expect(error).toBeInstanceOf(DataError);
        return;
      }
      seen.written++;
      checkRead(readBack(path), arguments_);
    }),
    { numRuns: RUNS },
  );
  expect(seen.refused).toBeGreaterThan(RUNS / 20);
  expect(seen.written).toBeGreaterThan(RUNS / 20);
}, 60_000);
