import type { ByteRange } from '@ekv/dump-tree';
import { ExternalSorter, MAIN_SORT_BYTES, type ScratchFolder, type SortedRows } from '@ekv/snapshot';

/**
 * What belongs to a queue meets in one sort: its base64 part, a zero byte (which no part has), the kind, and what orders rows
 * of the kind. Rows of one sort key keep the order of the snapshot.
 */
export const KIND = {
  /** The folder `<part>.orphan` is that of a queue with this name. Payload: f64 offset and key of that queue's row. */
  claim: 0,
  /** Payload: see `queues.ts`. */
  queue: 1,
  /** Payload: u64. */
  generation: 2,
  /** Payload: u64. */
  sequence: 3,
  /** Order: u64, the generation. */
  tombstone: 4,
  /** Payload: u64 generation, f64 number of rows. */
  deduplication: 5,
  /** As above. */
  lock: 6,
  /** Of the whole state. Payload: see `queues.ts`. */
  state: 7,
  /** Order: send time, sequence number, id. Payload: see `messages.ts`. */
  message: 8,
  /** Payload: the line. */
  side: 9,
  /** Of the whole state. Payload: see `side-state.ts`. */
  sideState: 10,
} as const;

type Kind = (typeof KIND)[keyof typeof KIND];

/** Bytes between the queue's part and order. */
const KIND_BYTES = 2;

/** What orders rows of a kind, and what they hold. */
export interface QueueRow {
  readonly orderBytes: number;
  readonly payloadBytes: number;
  /** Writes order and payload, one after the other, from `at` on. */
  fill(into: Buffer, at: number): void;
}

const NOTHING = Buffer.alloc(0);

/** The sort in which decode gathers its rows by queue. A queue is given as its base64 part, valid but for line breaks. */
export class QueueSort {
  readonly #sorter: ExternalSorter;

  /** @param arenaBytes bytes of rows in memory. Default: as for all rows of a snapshot. */
  constructor(scratch: ScratchFolder, arenaBytes: number = MAIN_SORT_BYTES) {
    this.#sorter = new ExternalSorter({ scratch, arenaBytes });
  }

  add(kind: Kind, queue: ByteRange, payload: Buffer, order: Buffer = NOTHING): void {
    const fill = (into: Buffer, at: number) => {
      into.set(order, at);
      into.set(payload, at + order.length);
    };
    this.addFilled(kind, queue, { orderBytes: order.length, payloadBytes: payload.length, fill });
  }

  /** As {@link add}, for rows that are many: `row` writes itself to its place. */
  addFilled(kind: Kind, queue: ByteRange, row: QueueRow): void {
    const keyBytes = queue.end - queue.start + KIND_BYTES + row.orderBytes;
    const slot = this.#sorter.reserve(keyBytes, row.payloadBytes);
    if (slot !== undefined) return write(slot.bytes, slot.at, kind, queue, row);
    const large = Buffer.allocUnsafeSlow(keyBytes + row.payloadBytes);
    write(large, 0, kind, queue, row);
    this.#sorter.add(large.subarray(0, keyBytes), large.subarray(keyBytes));
  }

  /** To be called once. */
  sorted(): SortedRows {
    return this.#sorter.sorted();
  }

  /** Lets go of memory and scratch, also of rows that {@link sorted} gave; may be called twice. */
  close(): void {
    this.#sorter.close();
  }
}

function write(into: Buffer, at: number, kind: Kind, { bytes, start, end }: ByteRange, row: QueueRow): void {
  // A name is short: for it a loop is faster than a call into the runtime.
  for (let i = start, to = at; i < end; i++, to++) into[to] = bytes[i]!;
  const next = at + end - start;
  into[next] = 0;
  into[next + 1] = kind;
  row.fill(into, next + KIND_BYTES);
}
