import { ExternalSorter, type ScratchFolder } from '@ekv/snapshot';
import { writeU64 } from '../layout/integers.ts';

const ARENA_BYTES = 1 << 20;
/** Clocks of the nodes that number a queue's messages one after the other may differ by that much. */
const SKEW_MILLIS = 1000n;

/** In the sort. Key: u32 partition, u64 number; payload: f64, the line. */
const NUMBER_AT = 4;
const KEY_BYTES = 12;
const PAYLOAD_BYTES = 8;

/**
 * The sequence numbers of one FIFO queue: whether they are all different, and whether they go with the times. Partitions are
 * looked at each for itself: on a server they may lie in several groups, and then both give the same number (seen).
 */
export class SequenceNumbers {
  readonly #scratch: ScratchFolder;
  /** Made for the second number: many queues have none. */
  #sorter: ExternalSorter | undefined;
  #first: { readonly partition: number; readonly number: bigint; readonly line: number } | undefined;
  /** By partition: the highest number so far, and the time of its message. */
  readonly #highest: bigint[] = [];
  readonly #highestTime: bigint[] = [];

  constructor(scratch: ScratchFolder) {
    this.#scratch = scratch;
  }

  /**
   * Takes the next message that has a number.
   *
   * @param line for {@link repeated}. @returns whether its time contradicts that of the message with the highest number so far.
   */
  add(partition: number, number: bigint, time: bigint, line: number): boolean {
    this.#keep(partition, number, line);
    const highest = this.#highest[partition] ?? 0n;
    const highestTime = this.#highestTime[partition] ?? time;
    if (number <= highest) return number < highest && time >= highestTime + SKEW_MILLIS;
    this.#highest[partition] = number;
    this.#highestTime[partition] = time;
    return time <= highestTime - SKEW_MILLIS;
  }

  /** Tells each number that an earlier message has, and the lines of both. To be called once, behind the last message. */
  repeated(tell: (number: bigint, line: number, earlier: number) => void): void {
    if (this.#sorter === undefined) return;
    const rows = this.#sorter.sorted();
    try {
      for (let earlier = 0; rows.next(); ) {
        const line = rows.bytes.readDoubleBE(rows.payloadStart);
        if (rows.isRepeated()) tell(rows.bytes.readBigUInt64BE(rows.keyStart + NUMBER_AT), line, earlier);
        earlier = line;
      }
    } finally {
      rows.close();
    }
  }

  #keep(partition: number, number: bigint, line: number): void {
    if (this.#first === undefined) {
      this.#first = { partition, number, line };
      return;
    }
    if (this.#sorter === undefined) {
      this.#sorter = new ExternalSorter({ scratch: this.#scratch, arenaBytes: ARENA_BYTES });
      this.#sort(this.#first.partition, this.#first.number, this.#first.line);
    }
    this.#sort(partition, number, line);
  }

  #sort(partition: number, number: bigint, line: number): void {
    const { bytes, at } = this.#sorter!.reserve(KEY_BYTES, PAYLOAD_BYTES)!;
    bytes.writeUInt32BE(partition, at);
    writeU64(bytes, at + NUMBER_AT, number);
    bytes.writeDoubleBE(line, at + KEY_BYTES);
  }
}
