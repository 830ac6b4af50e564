import { writeU64 } from '@ekv/adapter';
import type { ByteRange } from '@ekv/dump-tree';
import type { RowCursor } from '@ekv/snapshot';
import { base64End, base64Length, base64Part, isBase64Part } from './base64-parts.ts';
import {
  AGE_ROWS,
  DEDUPLICATION_ROWS,
  MESSAGE_ROWS,
  PARTITIONED,
  SEQUENCE_ROWS,
  TOMBSTONE_ROWS,
  VISIBILITY_ROWS,
} from './families.ts';
import { GENERATION_BYTES } from './generation.ts';
import { KeyBuffer, PARTITION_BYTES, TIME_BYTES } from './key-buffer.ts';
import type { Text } from './text.ts';

/** Row keys, built and taken apart; docs/format/06-sqs.md, sections 1.1 and 4.2. */

const BAR = 0x7c;

/** The key of a row of which a queue has one: config, generation, sequence counter. */
export function queueKey(family: string, name: Buffer): Buffer {
  return Buffer.from(family + base64Part(name));
}

/** Row keys of the messages of one queue. Each key is a view that is valid until the next one of its family is asked for. */
export class MessageKeys {
  readonly #data: KeyBuffer;
  readonly #visibility: KeyBuffer;
  readonly #age: KeyBuffer;
  readonly #deduplication: KeyBuffer;
  #partition = 0;

  constructor(queueName: Buffer, isPartitioned: boolean, generation?: bigint) {
    const queue = base64Part(queueName);
    this.#data = new KeyBuffer(MESSAGE_ROWS, queue, isPartitioned, generation);
    this.#visibility = new KeyBuffer(VISIBILITY_ROWS, queue, isPartitioned, generation);
    this.#age = new KeyBuffer(AGE_ROWS, queue, isPartitioned, generation);
    this.#deduplication = new KeyBuffer(DEDUPLICATION_ROWS, queue, isPartitioned, generation);
  }

  /** The message whose keys are asked for next. */
  setMessage(partition: number, id: Text): void {
    this.#partition = partition;
    this.#data.start(partition, base64Length(id.length));
    this.#data.base64Part(id.bytes, id.start, id.end);
  }

  data(): Buffer {
    return this.#data.key();
  }

  visibility(availableAtMillis: bigint): Buffer {
    return this.#timedKey(this.#visibility, availableAtMillis);
  }

  age(sendTimestampMillis: bigint): Buffer {
    return this.#timedKey(this.#age, sendTimestampMillis);
  }

  /** @param group of a partitioned queue. */
  deduplication(id: Text, group: Text | undefined): Buffer {
    const key = this.#deduplication;
    key.start(this.#partition, base64Length(id.length) + 1 + base64Length(group?.length ?? 0));
    if (group !== undefined) {
      key.base64Part(group.bytes, group.start, group.end);
      key.byte(BAR);
    }
    key.base64Part(id.bytes, id.start, id.end);
    return key.key();
  }

  /** A negative time counts as 0. */
  #timedKey(key: KeyBuffer, time: bigint): Buffer {
    key.start(this.#partition, TIME_BYTES + this.#data.tailLength);
    key.time(time < 0n ? 0n : time);
    key.tailOf(this.#data);
    return key.key();
  }
}

/** The key of a row that belongs to a part of a queue, such as a group. @param tail what follows the generation. */
export function sideKey(
  family: string,
  name: Buffer,
  partition: number | undefined,
  generation: bigint,
  tail: Buffer,
): Buffer {
  const part = base64Part(name);
  const head = Buffer.from(partition === undefined ? `${family}${part}` : `${family}${PARTITIONED}${part}|`);
  const numbers = Buffer.alloc(GENERATION_BYTES + (partition === undefined ? 0 : PARTITION_BYTES));
  if (partition !== undefined) numbers.writeUInt32BE(partition);
  writeU64(numbers, numbers.length - GENERATION_BYTES, generation);
  return Buffer.concat([head, numbers, tail]);
}

/** What a row's key says. As a range it is the base64 part of its queue. */
export interface KeyParts extends ByteRange {
  /** `undefined` in the key of a queue that is not partitioned. */
  partition: number | undefined;
  /** Where the base64 part of a message id begins, which goes up to the end of the key; 0 in other keys. */
  idStart: number;
  /** What is wrong with the key; then the rest means nothing. */
  rule: string | undefined;
}

/** A row of which the key counts. */
type KeyedRow = Pick<RowCursor, 'bytes' | 'keyStart' | 'keyEnd'>;

const NO_QUEUE = 'the queue is missing behind the prefix';
const NOT_BASE64 = 'the queue is not base64 (URL alphabet, no padding)';

/** The base64 part in the key of a config or generation row; `undefined` when it does not decode. */
export function queueIn({ bytes, keyStart, keyEnd }: KeyedRow, family: string): ByteRange | undefined {
  const start = keyStart + family.length;
  return isBase64Part(bytes, start, keyEnd) ? { bytes, start, end: keyEnd } : undefined;
}

/** The parts of a message row's key. */
export function messageKeyParts({ bytes, keyStart, keyEnd: end }: KeyedRow): KeyParts {
  const start = keyStart + MESSAGE_ROWS.length;
  if (isPartitioned(bytes, start, end)) {
    const parts = partitionedQueue(bytes, start, end);
    if (parts.rule !== undefined) return parts;
    return withId(parts, parts.end + 1 + PARTITION_BYTES + GENERATION_BYTES, end);
  }
  const queueEnd = base64End(bytes, start, end);
  if (queueEnd === start) return broken(NO_QUEUE);
  if (!isBase64Part(bytes, start, queueEnd)) return broken(NOT_BASE64);
  return withId(plain(bytes, start, queueEnd), queueEnd + GENERATION_BYTES, end);
}

/** The parts of the key of a row that is only passed on or counted. @param family one of `SIDE_FAMILIES`. */
export function sideKeyParts({ bytes, keyStart, keyEnd: end }: KeyedRow, family: string): KeyParts {
  const start = keyStart + family.length;
  if (family !== SEQUENCE_ROWS && family !== TOMBSTONE_ROWS && isPartitioned(bytes, start, end)) {
    const parts = partitionedQueue(bytes, start, end);
    if (parts.rule !== undefined || end - parts.end - 1 >= PARTITION_BYTES + GENERATION_BYTES) return parts;
    return broken('partition and generation behind the queue are cut short');
  }
  const queueEnd = base64End(bytes, start, end);
  if (queueEnd === start) return broken(NO_QUEUE);
  if (family === SEQUENCE_ROWS) return queueEnd === end ? plain(bytes, start, end) : broken(NOT_BASE64);
  return queueEnd === end ? broken('nothing follows the queue') : plain(bytes, start, queueEnd);
}

/**
 * The generation that follows the queue in a key, and where it ends; `undefined` when the key ends before.
 *
 * @param parts of a key that is not broken.
 */
export function generationIn(parts: KeyParts, keyEnd: number): { value: bigint; end: number } | undefined {
  const start = parts.partition === undefined ? parts.end : parts.end + 1 + PARTITION_BYTES;
  const end = start + GENERATION_BYTES;
  return end <= keyEnd ? { value: parts.bytes.readBigUInt64BE(start), end } : undefined;
}

function isPartitioned(bytes: Buffer, start: number, end: number): boolean {
  return end - start >= PARTITIONED.length && bytes[start] === 0x70 && bytes[start + 1] === BAR;
}

function partitionedQueue(bytes: Buffer, start: number, end: number): KeyParts {
  const queueStart = start + PARTITIONED.length;
  let queueEnd = queueStart;
  while (queueEnd < end && bytes[queueEnd] !== BAR) queueEnd++;
  if (queueEnd === end) return broken('the queue of this partitioned key does not end with "|"');
  if (queueEnd === queueStart) return broken(NO_QUEUE);
  if (!isBase64Part(bytes, queueStart, queueEnd)) return broken(NOT_BASE64);
  const partition = end - queueEnd - 1 >= PARTITION_BYTES ? bytes.readUInt32BE(queueEnd + 1) : 0;
  return { bytes, start: queueStart, end: queueEnd, partition, idStart: 0, rule: undefined };
}

function withId(parts: KeyParts, idStart: number, end: number): KeyParts {
  if (idStart > end) return broken('the generation behind the queue is cut short');
  if (idStart === end) return broken('the message id is missing at the end');
  parts.idStart = idStart;
  return isBase64Part(parts.bytes, idStart, end)
    ? parts
    : broken('the message id is not base64 (URL alphabet, no padding)');
}

function plain(bytes: Buffer, start: number, end: number): KeyParts {
  return { bytes, start, end, partition: undefined, idStart: 0, rule: undefined };
}

function broken(rule: string): KeyParts {
  return { bytes: Buffer.alloc(0), start: 0, end: 0, partition: undefined, idStart: 0, rule };
}
