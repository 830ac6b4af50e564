import { writeU64 } from '@ekv/adapter';
import { ExternalSorter, type ScratchFolder, SMALL_SORT_BYTES } from '@ekv/snapshot';

/** Clocks of the nodes that number a queue's messages one after the other may differ by that much. */
const SKEW_MILLIS = 1000n;

/** In the sort. Key: u32 partition, u64 number; payload: f64, the line. */
const NUMBER_AT = 4;
const KEY_BYTES = 12;
const PAYLOAD_BYTES = 8;

/**
 * The sequence numbers of a FIFO queue: whether they are all different, and whether they go with the times. Each partition is
 * judged alone: on a server partitions may be in different groups, which then give the same numbers (seen).
 *
 * Numbers usually grow from message to message. Then none is repeated, and the rows of the sort are not even read.
 */
export class SequenceNumbers {
  readonly #scratch: ScratchFolder;
  /** Of the queue; there are very many queues without a number. */
  #sorter: ExternalSorter | undefined;
  /** By partition: the highest number so far, and the time of its message. */
  #highest: bigint[] = [];
  #highestTime: bigint[] = [];
  #grow = true;

  constructor(scratch: ScratchFolder) {
    this.#scratch = scratch;
  }

  /** Starts on the messages of a queue. */
  begin(): void {
    this.#sorter = undefined;
    this.#highest = [];
    this.#highestTime = [];
    this.#grow = true;
  }

  /**
   * Takes the next message that has a number.
   *
   * @param line for {@link repeated}. @returns whether its time contradicts that of the message with the highest number so far.
   */
  add(partition: number, number: bigint, time: bigint, line: number): boolean {
    this.#sorter ??= new ExternalSorter({ scratch: this.#scratch, arenaBytes: SMALL_SORT_BYTES });
    const { bytes, at } = this.#sorter.reserve(KEY_BYTES, PAYLOAD_BYTES)!;
    bytes.writeUInt32BE(partition, at);
    writeU64(bytes, at + NUMBER_AT, number);
    bytes.writeDoubleBE(line, at + KEY_BYTES);
    const highest = this.#highest[partition] ?? 0n;
    const highestTime = this.#highestTime[partition] ?? time;
    if (number <= highest) {
      this.#grow = false;
      return number < highest && time >= highestTime + SKEW_MILLIS;
    }
    this.#highest[partition] = number;
    this.#highestTime[partition] = time;
    return time <= highestTime - SKEW_MILLIS;
  }

  /** Gives `tell` each number that an earlier message has, and the lines of both. To be called once, after the last message. */
  repeated(tell: (number: bigint, line: number, earlier: number) => void): void {
    if (this.#sorter === undefined) return;
    const rows = this.#sorter.sorted();
    try {
      for (let earlier = 0; !this.#grow && rows.next(); ) {
        const line = rows.bytes.readDoubleBE(rows.payloadStart);
        if (rows.isRepeated()) tell(rows.bytes.readBigUInt64BE(rows.keyStart + NUMBER_AT), line, earlier);
        earlier = line;
      }
    } finally {
      rows.close();
    }
  }

  /** Lets go of memory and scratch; may be called twice. */
  close(): void {
    this.#sorter?.close();
  }
}
