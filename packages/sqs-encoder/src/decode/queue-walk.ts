import { type ExpiryLimit, readSortable, readU64 } from '@ekv/adapter';
import type { SortedRows } from '@ekv/snapshot';
import { COUNTED_PAYLOAD } from './counted-rows.ts';
import { GenerationRuns } from './generation-runs.ts';
import { MESSAGE_ORDER, MESSAGE_PAYLOAD } from './messages.ts';
import { KIND } from './queue-sort.ts';
import { IS_CONTENT_DEDUPLICATED, IS_FIFO, QUEUE_PAYLOAD } from './queues.ts';

/** The queue at hand in a {@link QueueWalk}. What is counted holds at its end. */
export class WalkedQueue {
  /** Base64 part of the queue, and the zero byte. */
  readonly #head: Buffer;
  readonly #tombstones = new GenerationRuns();
  /** Whether there is a config row. */
  exists = false;
  isFifo = false;
  isContentDeduplicated = false;
  /** How long messages stay, ms; 0 or less: nothing says. */
  retentionMs = 0n;
  /** The active generation. 0 = all generations count. */
  generation = 0n;
  /** Of the sequence counter. */
  sequence = 0n;
  /** Whether there is a row of it. */
  hasSequence = false;
  /** Whether there is a row of the generation. */
  hasGeneration = false;
  /** Of its active generation. */
  deduplicationRows = 0;
  groupLocks = 0;
  /** Messages of a queue that does not exist, or of its active generation. */
  messages = 0;
  /** Those of a queue that does not exist whose generation has a tombstone. */
  deletedMessages = 0;
  /** Messages of other generations. */
  staleMessages = 0;

  /** @param rows on the first row of the queue. */
  constructor({ bytes, keyStart }: SortedRows) {
    this.#head = Buffer.from(bytes.subarray(keyStart, bytes.indexOf(0, keyStart) + 1));
  }

  /** Base64 part of the queue's name. */
  get part(): Buffer {
    return this.#head.subarray(0, -1);
  }

  /** Where the kind of a row stands after the start of its key. */
  get headLength(): number {
    return this.#head.length;
  }

  owns({ bytes, keyStart, keyEnd }: SortedRows): boolean {
    const head = this.#head;
    if (keyEnd - keyStart <= head.length) return false;
    for (let i = 0; i < head.length; i++) if (bytes[keyStart + i] !== head[i]) return false;
    return true;
  }

  takeTombstone(generation: bigint): void {
    this.#tombstones.add(generation);
  }

  /** How many rows a counted run has, if they are of the queue as it is now. */
  counted(bytes: Buffer, payload: number): number {
    const generation = bytes.readBigUInt64BE(payload + COUNTED_PAYLOAD.generation);
    return this.isOfNow(generation) ? bytes.readDoubleBE(payload + COUNTED_PAYLOAD.rows) : 0;
  }

  /** Counts a message. @returns whether it is one of the queue as it is now. */
  hasMessageOf(generation: bigint): boolean {
    if (!this.exists) {
      this.messages++;
      if (this.#tombstones.has(generation)) this.deletedMessages++;
      return false;
    }
    if (!this.#isActive(generation)) {
      this.staleMessages++;
      return false;
    }
    this.messages++;
    return true;
  }

  /** Whether rows of the generation are those of the queue as it is now. */
  isOfNow(generation: bigint): boolean {
    return this.exists && this.#isActive(generation);
  }

  #isActive(generation: bigint): boolean {
    return this.generation === 0n || generation === this.generation;
  }
}

/** What a {@link QueueWalk} has come to. */
export type WalkedEvent = 'claim' | 'queue' | 'state' | 'message' | 'side record' | 'side state' | 'end of queue';

/**
 * Walks over what the sort has gathered, queue by queue: of each its settings, its messages in order, its side records, its end.
 * Messages of other generations and of queues without a config row are counted and passed over; docs/format/06-sqs.md, section 4.4.
 */
export class QueueWalk {
  readonly #rows: SortedRows;
  readonly #expired: ExpiryLimit | undefined;
  /** Whether the row at hand was not taken yet: it is the first one of the next queue. */
  #isRowAhead = false;
  #queue: WalkedQueue | undefined;
  #isInQueue = false;
  event: WalkedEvent = 'end of queue';
  /** What belongs to the event, until the next one: `bytes[start, end)`. For a message what its form made of it. */
  bytes: Buffer;
  start = 0;
  end = 0;
  /** Of a message, order and end of the order in the same bytes. */
  order = 0;
  orderEnd = 0;

  /** @param expired leaves messages out that are older than their queue keeps them; of times that were not moved. */
  constructor(rows: SortedRows, expired?: ExpiryLimit) {
    this.#rows = rows;
    this.#expired = expired;
    this.bytes = rows.bytes;
  }

  /** Valid until after its end. */
  get queue(): WalkedQueue {
    return this.#queue!;
  }

  next(): boolean {
    const rows = this.#rows;
    while (this.#isRowAhead || rows.next()) {
      if (!this.#isInQueue) {
        this.#queue = new WalkedQueue(rows);
        this.#isInQueue = true;
        this.#isRowAhead = false;
      } else if (!this.#queue!.owns(rows)) {
        this.#isRowAhead = true;
        return this.#endQueue();
      }
      if (this.#take(this.#queue!)) return true;
    }
    return this.#isInQueue && this.#endQueue();
  }

  /** Lets go of memory and scratch; may be called twice. */
  close(): void {
    this.#rows.close();
  }

  #endQueue(): true {
    this.#isInQueue = false;
    return this.#come('end of queue');
  }

  #come(event: WalkedEvent): true {
    this.event = event;
    return true;
  }

  #isDropped({ retentionMs }: WalkedQueue, bytes: Buffer, order: number): boolean {
    if (this.#expired === undefined || retentionMs <= 0n) return false;
    return this.#expired.drops(readSortable(bytes, order + MESSAGE_ORDER.sendTime) + retentionMs);
  }

  /** @returns whether the row is an event. */
  #take(queue: WalkedQueue): boolean {
    const { bytes, keyStart, keyEnd, payloadStart, payloadEnd } = this.#rows;
    const kindAt = keyStart + queue.headLength;
    this.bytes = bytes;
    this.start = payloadStart;
    this.end = payloadEnd;
    switch (bytes[kindAt]) {
      case KIND.message:
        if (!queue.hasMessageOf(readU64(bytes, payloadStart + MESSAGE_PAYLOAD.generation))) return false;
        if (this.#isDropped(queue, bytes, kindAt + 1)) return false;
        this.order = kindAt + 1;
        this.orderEnd = keyEnd;
        this.start = payloadStart + MESSAGE_PAYLOAD.form;
        return this.#come('message');
      case KIND.claim:
        return this.#come('claim');
      case KIND.queue: {
        const flags = bytes[payloadStart + QUEUE_PAYLOAD.flags]!;
        queue.exists = true;
        queue.isFifo = (flags & IS_FIFO) !== 0;
        queue.isContentDeduplicated = (flags & IS_CONTENT_DEDUPLICATED) !== 0;
        queue.retentionMs = bytes.readBigInt64BE(payloadStart + QUEUE_PAYLOAD.retention) * 1000n;
        return this.#come('queue');
      }
      case KIND.generation:
        queue.hasGeneration = true;
        queue.generation = bytes.readBigUInt64BE(payloadStart);
        return false;
      case KIND.sequence:
        queue.hasSequence = true;
        queue.sequence = bytes.readBigUInt64BE(payloadStart);
        return false;
      case KIND.tombstone:
        queue.takeTombstone(bytes.readBigUInt64BE(kindAt + 1));
        return false;
      case KIND.deduplication:
        queue.deduplicationRows += queue.counted(bytes, payloadStart);
        return false;
      case KIND.lock:
        queue.groupLocks += queue.counted(bytes, payloadStart);
        return false;
      case KIND.state:
        return this.#come('state');
      case KIND.sideState:
        // Its generation stands first, as in what is counted.
        return queue.isOfNow(bytes.readBigUInt64BE(payloadStart)) && this.#come('side state');
      default:
        return this.#come('side record');
    }
  }
}
