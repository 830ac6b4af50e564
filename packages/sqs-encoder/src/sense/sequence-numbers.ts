import { ExternalSorter, type ScratchFolder } from '@ekv/snapshot';
import { writeU64 } from '../layout/integers.ts';

const ARENA_BYTES = 1 << 20;
/** Clocks of the nodes that number a queue's messages one after the other may differ by that much. */
const SKEW_MILLIS = 1000n;

/** The sequence numbers of one FIFO queue: whether they are all different, and whether they go with the times. */
export class SequenceNumbers {
  readonly #scratch: ScratchFolder;
  /** Key: number, payload: f64, the line. Made for the second number: many queues have none. */
  #sorter: ExternalSorter | undefined;
  #first: { readonly number: bigint; readonly line: number } | undefined;
  /** Of the message with the highest number so far. */
  #highest = 0n;
  #highestTime = 0n;

  constructor(scratch: ScratchFolder) {
    this.#scratch = scratch;
  }

  /**
   * Takes the next message that has a number.
   *
   * @param line for {@link repeated}. @returns whether its time contradicts that of the message with the highest number so far.
   */
  add(number: bigint, time: bigint, line: number): boolean {
    this.#keep(number, line);
    if (number <= this.#highest) return number < this.#highest && time >= this.#highestTime + SKEW_MILLIS;
    const contradicts = this.#highest !== 0n && time <= this.#highestTime - SKEW_MILLIS;
    this.#highest = number;
    this.#highestTime = time;
    return contradicts;
  }

  /** Tells each number that an earlier message has, and the lines of both. To be called once, behind the last message. */
  repeated(tell: (number: bigint, line: number, earlier: number) => void): void {
    if (this.#sorter === undefined) return;
    const rows = this.#sorter.sorted();
    try {
      for (let earlier = 0; rows.next(); ) {
        const line = rows.bytes.readDoubleBE(rows.payloadStart);
        if (rows.isRepeated()) tell(rows.bytes.readBigUInt64BE(rows.keyStart), line, earlier);
        earlier = line;
      }
    } finally {
      rows.close();
    }
  }

  #keep(number: bigint, line: number): void {
    if (this.#first === undefined) {
      this.#first = { number, line };
      return;
    }
    if (this.#sorter === undefined) {
      this.#sorter = new ExternalSorter({ scratch: this.#scratch, arenaBytes: ARENA_BYTES });
      this.#sort(this.#first.number, this.#first.line);
    }
    this.#sort(number, line);
  }

  #sort(number: bigint, line: number): void {
    const { bytes, at } = this.#sorter!.reserve(8, 8)!;
    writeU64(bytes, at, number);
    bytes.writeDoubleBE(line, at + 8);
  }
}
