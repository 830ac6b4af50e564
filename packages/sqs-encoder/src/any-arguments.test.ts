import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputTree } from '@ekv/dump-tree';
import { EkvError, openSnapshot, ScratchFolder, type Snapshot } from '@ekv/snapshot';
import { snapshotBytes } from '@ekv/test-support/node-file';
import { partsOf, walkedOver, withPart } from '@ekv/test-support/replaced-parts';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as aws from './bridge/aws.ts';
import { MemoryTree } from './decode/decoded.test-data.ts';
import * as decode from './decode/index.ts';
import * as index from './index.ts';
import * as read from './read/index.ts';
import * as ofSnapshot from './snapshot.ts';

/** What somebody without types may give for anything. */
const junk = fc.oneof(
  fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
  }),
  fc.constantFrom<unknown>(undefined, null, Number.NaN, '', '..', 'a\ud800', Symbol('s'), () => 1, Promise.resolve({})),
);

const QUEUE = { name: 'q.fifo', fifo: true, delaySeconds: 5, redrivePolicy: '{}', partitionCount: 1 };
const MESSAGE = {
  id: 'm',
  body: 'x',
  attributes: { k: { DataType: 'String', StringValue: 'v' }, b: { DataType: 'Binary', BinaryValue: Buffer.from('b') } },
  sendTimestampMillis: 1_795_417_864_468n,
  availableAtMillis: new Date(),
  groupId: 'g',
  sequenceNumber: 1,
};
const RECEIVED = {
  MessageId: 'm',
  Body: 'x',
  MessageAttributes: { k: { DataType: 'String', StringValue: 'v', StringListValues: [] } },
  Attributes: { SentTimestamp: '1795417864468', SequenceNumber: '5', MessageGroupId: 'g' },
};
const ATTRIBUTES = { FifoQueue: 'true', VisibilityTimeout: '45', RedrivePolicy: '{}', Policy: '{}' };

const warn = () => {};
const entriesOf = (rows: Iterable<index.SnapshotRow>) =>
  Array.from(rows, ({ key, value }) => ({ key: Buffer.from(key), value: Buffer.from(value as Uint8Array) }));
let folder: string;
let scratch: ScratchFolder;
let snapshot: Snapshot;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekv-arguments-'));
  scratch = new ScratchFolder(folder);
  const path = join(folder, 'file.fsm');
  writeFileSync(path, snapshotBytes(entriesOf(index.queueRecords(QUEUE, [MESSAGE], { scratch }))));
  snapshot = openSnapshot(path);
});
afterAll(() => {
  snapshot.close();
  rmSync(folder, { recursive: true });
});

// biome-ignore lint/suspicious/noExplicitAny: wrong types are the matter here.
type Call = (...given: any[]) => unknown;

/** Each function that callers have, and arguments that it takes. */
const CALLS: Readonly<Record<string, readonly [Call, () => readonly unknown[]]>> = {
  queueRecords: [index.queueRecords, () => [QUEUE, [MESSAGE], { warn, scratch, complete: true }]],
  fromQueueAttributes: [
    (...given) => index.queueRecords(aws.fromQueueAttributes(...(given as [string])), []),
    () => ['q.fifo', ATTRIBUTES, { warn }],
  ],
  fromReceived: [
    (...given) => index.queueRecords(QUEUE, aws.fromReceived(...(given as [[]])), { warn }),
    () => [[RECEIVED, [RECEIVED], { $metadata: {}, Messages: [RECEIVED] }], { sentAt: new Date() }],
  ],
  toReceived: [aws.toReceived, () => [[...read.sqsMessages(snapshot)][0]]],
  sqsQueues: [read.sqsQueues, () => [snapshot, { warn, scratch }]],
  sqsMessages: [read.sqsMessages, () => [snapshot, 'q.fifo', { warn, scratch }]],
  encodeSqs: [
    index.encodeSqs,
    () => [new InputTree(folder), { warn, scratch, nowMillis: 5n, shiftMs: 0n, complete: true }],
  ],
  decodeSqs: [
    decode.decodeSqs,
    () => [
      snapshot.rowsOf(decode.SQS_FAMILIES),
      new MemoryTree(),
      { warn, scratch, preserveSqsVisibility: true, includeSideRecords: true, shiftMs: 1n },
    ],
  ],
};

test('every function that callers have is one of those below', () => {
  const all: Record<string, unknown> = { ...index, ...aws, ...read, ...decode };
  const functions = Object.keys(all).filter((name) => typeof all[name] === 'function' && !(name in ofSnapshot));
  expect(functions.toSorted()).toEqual(Object.keys(CALLS).toSorted());
});

test.each(Object.keys(CALLS))(
  'junk in the place of any part of the arguments is an error of ours or works: %s',
  async (name) => {
    const [call, good] = CALLS[name]!;
    const parts = partsOf(good());
    await walkedOver(call(...good()));
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...parts), junk, async (path, part) => {
        const given = withPart(good(), path, part);
        try {
          await walkedOver(call(...(Array.isArray(given) ? given : [given])));
        } catch (error) {
          if (!(error instanceof EkvError)) throw error;
          expect(error.message).not.toContain('\n');
          refused++;
        }
      }),
      { numRuns: 200 },
    );
    expect(refused).toBeGreaterThan(50);
  },
);
