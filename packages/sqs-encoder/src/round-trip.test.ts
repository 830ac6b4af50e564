import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TreeSink } from '@ekv/dump-tree';
import { openSnapshot, ScratchFolder, SnapshotWriter, type Warning } from '@ekv/snapshot';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeSqs, SQS_FAMILIES } from './decode/index.ts';
import { encodedTree, rowOf, withTree } from './encode/encoded.test-data.ts';
import { queueRecords, type SqsMessage, type SqsQueue } from './index.ts';
import { partitionOf } from './layout/partition.ts';

const RUNS = 60;
const LIMIT_MS = 60_000;

type Rows = Record<string, string>;

/** What a message is made of here. */
interface FilledMessage extends SqsMessage {
  readonly id: string;
  readonly sendTimestampMillis: bigint;
  readonly availableAtMillis: bigint;
}

interface Filled {
  readonly queue: SqsQueue;
  readonly messages: readonly FilledMessage[];
}

const text = (maxLength: number) => fc.string({ unit: 'binary', maxLength });
const millis = fc.oneof(fc.bigInt(0n, 3n), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n));

const kinds: fc.Arbitrary<Partial<SqsQueue>> = fc.constantFrom<Partial<SqsQueue>>(
  {},
  { fifo: true },
  { fifo: true, contentBasedDeduplication: true },
  { fifo: true, partitionCount: 8, fifoThroughputLimit: 'perMessageGroupId', deduplicationScope: 'messageGroup' },
  { fifo: true, partitionCount: 4, fifoThroughputLimit: 'perQueue', contentBasedDeduplication: true },
);

const queues: fc.Arbitrary<SqsQueue> = fc
  .record({
    name: fc.oneof(text(300), fc.constantFrom('a', 'ab', 'abc', 'b64.x', `${'a'.repeat(32)}__`)),
    kind: kinds,
    messageRetentionSeconds: millis,
    redrivePolicy: text(20),
  })
  .filter(({ name }) => !['', '.', '..'].includes(name))
  .map(({ kind, ...queue }) => ({ ...queue, ...kind }));

/** FIFO queues number messages in the order of their send times, as a server does. */
const filled: fc.Arbitrary<Filled> = fc
  .tuple(
    queues,
    fc.uniqueArray(
      fc.record({
        id: fc.oneof(text(12), fc.constantFrom('a', 'b', 'c')).filter((id) => id !== ''),
        body: fc.oneof(text(30), fc.uint8Array({ maxLength: 30 }), fc.constantFrom('same', 'again')),
        attributes: fc.dictionary(
          text(5).filter((name) => name !== '__proto__'),
          fc.jsonValue().map((value) => JSON.stringify(value)),
          { maxKeys: 3 },
        ),
        md5OfAttributes: text(4),
        sendTimestampMillis: millis,
        availableAtMillis: millis,
        groupId: fc.constantFrom('', 'g0', 'g1', 'é<&>'),
        deduplicationId: fc.constantFrom('', 'd0', 'd1'),
        senderId: text(4),
      }),
      { selector: ({ id }) => id, maxLength: 12 },
    ),
  )
  .map(([queue, messages]) => {
    if (!queue.fifo) return { queue, messages };
    const sent = messages.map((message) => message.sendTimestampMillis).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const numbered = messages.map((message, i) => ({
      ...message,
      sendTimestampMillis: sent[i]!,
      sequenceNumber: BigInt(i + 1),
    }));
    return { queue, messages: numbered };
  });

const stores = fc.uniqueArray(filled, { selector: ({ queue }) => queue.name, minLength: 1, maxLength: 4 });

function rowsOf(store: readonly Filled[], scratch: ScratchFolder): Rows {
  const rows: Rows = Object.create(null);
  for (const { queue, messages } of store) {
    for (const record of queueRecords(queue, messages, { scratch })) {
      const [key, value] = rowOf(record);
      expect(rows).not.toHaveProperty([key]);
      rows[key] = value;
    }
  }
  return rows;
}

/** Writes a tree without flushing it. */
function folderSink(root: string): TreeSink {
  const create = (path: string, bytes: Uint8Array) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes, { flag: 'wx' });
  };
  return {
    file: create,
    lines: (path) => {
      create(path, Buffer.alloc(0));
      return { write: (bytes) => appendFileSync(join(root, path), bytes), close: () => {} };
    },
    pieces: () => {
      throw new Error('SQS has no large files');
    },
    folder: () => {},
  };
}

/** Writes the rows as a snapshot and decodes it to a tree below `root`. */
function decodeRows(rows: Rows, root: string, scratch: ScratchFolder): void {
  const writer = new SnapshotWriter({ lastCommitTs: 7n, scratch, arenaBytes: 1 << 14 });
  for (const [key, value] of Object.entries(rows)) writer.add(Buffer.from(key, 'latin1'), Buffer.from(value, 'latin1'));
  const path = join(root, 'written.fsm');
  const pieces: Buffer[] = [];
  writer.writeTo({ write: (bytes) => void pieces.push(Buffer.from(bytes)) });
  writeFileSync(path, Buffer.concat(pieces));
  const snapshot = openSnapshot(path, { scratch });
  try {
    const source = snapshot.check({ families: SQS_FAMILIES });
    decodeSqs(source, folderSink(join(root, 'tree')), { scratch, warn: () => {} });
  } finally {
    snapshot.close();
    rmSync(path);
  }
}

function withStore(store: readonly Filled[], use: (rows: Rows, tree: string) => void): void {
  withTree({}, (root) => {
    const scratch = new ScratchFolder(root);
    try {
      const rows = rowsOf(store, scratch);
      decodeRows(rows, root, scratch);
      use(rows, join(root, 'tree'));
    } finally {
      scratch.remove();
    }
  });
}

test(
  'queues of all kinds come back with every row, byte for byte',
  () => {
    fc.assert(
      fc.property(stores, (store) =>
        withStore(store, (rows, tree) => {
          const { rows: again } = encodedTree(tree);
          expect(again).toHaveLength(Object.keys(rows).length);
          expect(Object.assign(Object.create(null), Object.fromEntries(again))).toEqual(rows);
        }),
      ),
      { numRuns: RUNS },
    );
  },
  LIMIT_MS,
);

const seg = (name: string | Uint8Array) => Buffer.from(name as Uint8Array).toString('base64url');

function u64(value: bigint): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value < 0n ? 0n : value);
  return bytes.toString('latin1');
}

/** Keys of the rows that a store must have, by the rules of docs/format/06-sqs.md, sections 1 and 5. */
function neededKeys({ queue, messages }: Filled): string[] {
  const name = seg(queue.name);
  const keys = new Set([`!sqs|queue|meta|${name}`, `!sqs|queue|gen|${name}`]);
  if (queue.fifo && messages.length > 0) keys.add(`!sqs|queue|seq|${name}`);
  for (const { id, body, sendTimestampMillis, availableAtMillis, groupId = '', deduplicationId } of messages) {
    const partitions = queue.partitionCount ?? 0;
    const partition = partitionOf(Buffer.from(groupId), partitions, queue.fifoThroughputLimit ?? '');
    const head =
      partitions > 1 ? `p|${name}|${`\0\0\0${String.fromCharCode(partition)}`}${u64(1n)}` : `${name}${u64(1n)}`;
    keys.add(`!sqs|msg|data|${head}${seg(id)}`);
    keys.add(`!sqs|msg|vis|${head}${u64(availableAtMillis)}${seg(id)}`);
    keys.add(`!sqs|msg|byage|${head}${u64(sendTimestampMillis)}${seg(id)}`);
    const content = createHash('sha256').update(body).digest('hex');
    const deduplication = deduplicationId || (queue.contentBasedDeduplication ? content : '');
    if (queue.fifo && deduplication !== '')
      keys.add(`!sqs|msg|dedup|${head}${partitions > 1 ? `${seg(groupId)}|` : ''}${seg(deduplication)}`);
  }
  return [...keys].sort();
}

test(
  'every row that a message needs is there exactly once, and no other',
  () => {
    fc.assert(
      fc.property(stores, (store) =>
        withTree({}, (root) => {
          const keys = Object.keys(rowsOf(store, new ScratchFolder(root)));
          expect(keys.sort()).toEqual(store.flatMap(neededKeys).sort());
        }),
      ),
      { numRuns: RUNS },
    );
  },
  LIMIT_MS,
);

test(
  'the lines of a FIFO queue are in the order of sequence numbers',
  () => {
    const fifo = filled.filter(({ queue, messages }) => queue.fifo === true && messages.length > 1);
    fc.assert(
      fc.property(fifo, ({ queue, messages }) =>
        withStore([{ queue: { ...queue, name: 'q.fifo' }, messages: [...messages].reverse() }], (_, tree) => {
          const lines = readFileSync(join(tree, 'sqs/q.fifo/messages.jsonl'), 'utf8').trimEnd().split('\n');
          const numbers = lines.map((line) => JSON.parse(line).sequence_number);
          expect(numbers).toEqual(messages.map((_, i) => i + 1));
        }),
      ),
      { numRuns: RUNS },
    );
  },
  LIMIT_MS,
);

test.each([
  [{ name: '' }, 'is missing or empty'],
  [{ name: 'q', partitionCount: 2 }, 'only valid on FIFO'],
  [{ name: 'q', fifo: true, partitionCount: 3 }, 'power of two'],
] as const)('the queue %o is refused before its first row', (queue, message) => {
  withTree({}, (root) => {
    expect(() => [...queueRecords(queue, [], { scratch: new ScratchFolder(root) })]).toThrow(message);
  });
});

test('an attribute that is no JSON is refused, and its message is told', () => {
  const message = { id: 'm', body: '', sendTimestampMillis: 0n, attributes: { kind: 'text' } };
  withTree({}, (root) => {
    const records = queueRecords({ name: 'q' }, [message], { scratch: new ScratchFolder(root) });
    expect(() => [...records]).toThrow(/attribute "kind" of message "m"/);
  });
});

/** What `warn` is told of a queue. */
function told(queue: SqsQueue, messages: readonly SqsMessage[]): Warning[] {
  const warnings: Warning[] = [];
  withTree({}, (root) => {
    const warn = (warning: Warning) => warnings.push(warning);
    for (const _ of queueRecords(queue, messages, { scratch: new ScratchFolder(root), warn }));
  });
  return warnings;
}

test('a queue of a program is judged as one of a tree is; messages are told by their place', () => {
  const now = BigInt(Date.now());
  const message = {
    id: 'm',
    body: 'x',
    sendTimestampMillis: now,
    attributes: { k: '{"DataType":"String","StringValue":"v"}' },
  };
  expect(told({ name: 'q' }, [message])).toEqual([]);
  const fifo = told({ name: 'q', fifo: true }, [{ ...message, groupId: 'g', deduplicationId: 'd' }]);
  expect(fifo.map(({ event, fields, doubt }) => [event, fields.example, doubt])).toEqual([
    ['sqs_queue_name_unusable', 'queue "q": "name" is "q", the one of a FIFO queue ends with ".fifo"', true],
    ['sqs_fifo_sequence_missing', 'queue "q", message 1: message "m" has none', true],
  ]);
});

test('the MD5 of attributes is computed, unless it is given or one of them is no attribute', () => {
  const value = (attributes: Record<string, string>, md5OfAttributes?: string) => {
    const given = md5OfAttributes === undefined ? {} : { md5OfAttributes };
    const message = { id: 'm', body: '', sendTimestampMillis: 0n, attributes, ...given };
    return withTree({}, (root) => {
      const rows = Array.from(queueRecords({ name: 'q' }, [message], { scratch: new ScratchFolder(root) }), rowOf);
      return JSON.parse(rows[2]![1].slice(4)).md5_of_message_attributes;
    });
  };
  const attribute = '{"DataType":"String","StringValue":"v"}';
  expect(value({ k: attribute })).toBe('0a77b0642718c3d9dd47090567d11e0d');
  expect(value({ k: attribute }, 'given')).toBe('given');
  expect(value({ k: '1' })).toBeUndefined();
  expect(value({})).toBeUndefined();
});
