import { AGE_ROWS, DEDUPLICATION_ROWS, MESSAGE_ROWS, PARTITIONED, VISIBILITY_ROWS } from './families.ts';
import type { Text } from './message-fields.ts';
import { segmentOf } from './segments.ts';

/** Generation of all rows that encode writes. */
const GENERATION = 1n;
const TIME_BYTES = 8;

/**
 * Row keys of the messages of one queue, docs/format/06-sqs.md, section 1.1. Each key is a view that is valid until the
 * next one of its family is asked for.
 */
export class MessageKeys {
  readonly #data: KeyBuffer;
  readonly #visibility: KeyBuffer;
  readonly #age: KeyBuffer;
  readonly #deduplication: KeyBuffer;
  #partition = 0;
  #id = '';

  constructor(queueName: Uint8Array, isPartitioned: boolean) {
    const segment = segmentOf(queueName);
    this.#data = new KeyBuffer(MESSAGE_ROWS, segment, isPartitioned);
    this.#visibility = new KeyBuffer(VISIBILITY_ROWS, segment, isPartitioned);
    this.#age = new KeyBuffer(AGE_ROWS, segment, isPartitioned);
    this.#deduplication = new KeyBuffer(DEDUPLICATION_ROWS, segment, isPartitioned);
  }

  /** The message whose keys are asked for next. */
  setMessage(partition: number, id: Text): void {
    this.#partition = partition;
    this.#id = id.toString('base64url');
  }

  data(): Buffer {
    return this.#data.key(this.#partition, this.#id);
  }

  visibility(availableAtMillis: bigint): Buffer {
    return this.#visibility.timedKey(this.#partition, availableAtMillis, this.#id);
  }

  age(sendTimestampMillis: bigint): Buffer {
    return this.#age.timedKey(this.#partition, sendTimestampMillis, this.#id);
  }

  /** @param tail segment of the deduplication id; in a partitioned queue with the group's segment and `|` before it. */
  deduplication(tail: string): Buffer {
    return this.#deduplication.key(this.#partition, tail);
  }
}

/** What the keys of one family of one queue begin with, and room for the rest. */
class KeyBuffer {
  #bytes: Buffer;
  /** The key before this one; keys of one length need no other view. */
  #view: Buffer;
  readonly #head: number;
  /** Where the partition number stands; -1 in a queue without. */
  readonly #partitionAt: number;

  constructor(family: string, segment: string, isPartitioned: boolean) {
    const start = isPartitioned ? `${family}${PARTITIONED}${segment}|` : `${family}${segment}`;
    this.#partitionAt = isPartitioned ? start.length : -1;
    const generationAt = start.length + (isPartitioned ? 4 : 0);
    this.#head = generationAt + 8;
    this.#bytes = this.#view = Buffer.alloc(this.#head + TIME_BYTES + 64);
    this.#bytes.write(start, 0, 'latin1');
    this.#bytes.writeBigUInt64BE(GENERATION, generationAt);
  }

  key(partition: number, tail: string): Buffer {
    return this.#finish(partition, this.#head, tail);
  }

  /** A negative time counts as 0. */
  timedKey(partition: number, time: bigint, tail: string): Buffer {
    this.#bytes.writeBigUInt64BE(time < 0n ? 0n : time, this.#head);
    return this.#finish(partition, this.#head + TIME_BYTES, tail);
  }

  #finish(partition: number, at: number, tail: string): Buffer {
    const end = at + tail.length;
    if (end > this.#bytes.length) {
      const wider = Buffer.alloc(end * 2);
      this.#bytes.copy(wider, 0, 0, at);
      this.#bytes = wider;
      this.#view = wider;
    }
    if (this.#partitionAt !== -1) this.#bytes.writeUInt32BE(partition, this.#partitionAt);
    this.#bytes.write(tail, at, 'latin1');
    if (this.#view.length !== end) this.#view = this.#bytes.subarray(0, end);
    return this.#view;
  }
}
