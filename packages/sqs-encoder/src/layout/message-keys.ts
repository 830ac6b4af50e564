import { segmentLength, segmentOf, writeSegment } from './base64-parts.ts';
import { AGE_ROWS, DEDUPLICATION_ROWS, MESSAGE_ROWS, PARTITIONED, VISIBILITY_ROWS } from './families.ts';
import { writeU64 } from './integers.ts';
import type { Text } from './message-fields.ts';

/** Generation of all rows that encode writes. */
const GENERATION = 1n;
const TIME_BYTES = 8;
const BAR = 0x7c;

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
    this.#data.start(partition, segmentLength(id.length));
    this.#data.segment(id.bytes, id.start, id.end);
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
    key.start(this.#partition, segmentLength(id.length) + 1 + segmentLength(group?.length ?? 0));
    if (group !== undefined) {
      key.segment(group.bytes, group.start, group.end);
      key.byte(BAR);
    }
    key.segment(id.bytes, id.start, id.end);
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

/** What the keys of one family of one queue begin with, and room for the rest, the tail. */
class KeyBuffer {
  #bytes: Buffer;
  /** The key before this one; keys of one length need no other view. */
  #view: Buffer;
  readonly #head: number;
  /** Where the partition number stands; -1 in a queue without. */
  readonly #partitionAt: number;
  #end: number;

  constructor(family: string, segment: string, isPartitioned: boolean) {
    const start = isPartitioned ? `${family}${PARTITIONED}${segment}|` : `${family}${segment}`;
    this.#partitionAt = isPartitioned ? start.length : -1;
    const generationAt = start.length + (isPartitioned ? 4 : 0);
    this.#head = this.#end = generationAt + 8;
    this.#bytes = this.#view = Buffer.alloc(this.#head + TIME_BYTES + 64);
    this.#bytes.write(start, 0, 'latin1');
    writeU64(this.#bytes, generationAt, GENERATION);
  }

  get tailLength(): number {
    return this.#end - this.#head;
  }

  /** Begins a key whose tail has at most `longest` bytes. */
  start(partition: number, longest: number): void {
    if (this.#head + longest > this.#bytes.length) {
      const wider = Buffer.alloc((this.#head + longest) * 2);
      this.#bytes.copy(wider, 0, 0, this.#head);
      this.#bytes = this.#view = wider;
    }
    if (this.#partitionAt !== -1) this.#bytes.writeUInt32BE(partition, this.#partitionAt);
    this.#end = this.#head;
  }

  byte(byte: number): void {
    this.#bytes[this.#end++] = byte;
  }

  time(time: bigint): void {
    writeU64(this.#bytes, this.#end, time);
    this.#end += TIME_BYTES;
  }

  segment(name: Buffer, start: number, end: number): void {
    this.#end = writeSegment(this.#bytes, this.#end, name, start, end);
  }

  /** Copies the tail of another key. */
  tailOf(other: KeyBuffer): void {
    const source = other.#bytes;
    const end = other.#end;
    for (let from = other.#head; from < end; from++) this.#bytes[this.#end++] = source[from]!;
  }

  key(): Buffer {
    if (this.#view.length !== this.#end) this.#view = this.#bytes.subarray(0, this.#end);
    return this.#view;
  }
}
