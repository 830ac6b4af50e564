import { ExternalSorter } from '../sort/external-sorter.ts';
import type { ScratchFolder } from '../sort/scratch.ts';
import { SIDE_SORT_BYTES } from '../sort/sort-memory.ts';
import type { TransactionId } from './transaction-table.ts';
import type { VersionLookup } from './version-lookup.ts';

/** How a transaction ended whose own record is missing, by the keys that it has left in other groups. */
export interface ProvenTransaction extends TransactionId {
  /** When; nothing for one that was rolled back. */
  readonly committedAt: bigint | undefined;
  /** Whether its first key is still locked by it. */
  readonly holdsPrimary: boolean;
  /** How many keys are still locked. */
  readonly held: number;
}

/** Takes one transaction after the other. */
export interface TakeProven {
  /** @param key that it still holds: a view that holds during the call. */
  heldByProven(transaction: TransactionId, committedAt: bigint, key: Buffer): void;
  endOfProven(transaction: ProvenTransaction): void;
}

/** Kinds of records, in the order in which they come for one transaction. */
const ANSWER = 0;
const ABOUT = 1;
const HELD = 2;

const NUMBER = 8;

/**
 * Transactions without a record of their end, of which some keys were left: whether these have a version from that moment says how
 * all of it ended. What is known of each waits, sorted externally, until the questions are answered.
 */
export class ProvenByOthers {
  readonly #sorter: ExternalSorter;
  #number = 0n;

  constructor(scratch: ScratchFolder) {
    this.#sorter = new ExternalSorter({ scratch, arenaBytes: SIDE_SORT_BYTES });
  }

  begin(): void {
    this.#number++;
  }

  /** Of the transaction begun last: asks whether a key that it has left was written at that moment. */
  ask(lookup: VersionLookup, key: Buffer, endedAt: bigint): void {
    lookup.ask(key, endedAt, this.#key(ANSWER).subarray(0, NUMBER));
  }

  held(key: Buffer): void {
    this.#sorter.add(this.#key(HELD), key);
  }

  about({ primary, start, holdsPrimary, held }: Omit<ProvenTransaction, 'committedAt'>): void {
    const numbers = Buffer.alloc(NUMBER + NUMBER + 1);
    numbers.writeBigUInt64BE(start);
    numbers.writeBigUInt64BE(BigInt(held), NUMBER);
    numbers[2 * NUMBER] = holdsPrimary ? 1 : 0;
    this.#sorter.add(this.#key(ABOUT), numbers, primary);
  }

  /** The key of this note was written at that moment. */
  answer(note: Buffer, writtenAt: bigint): void {
    const at = Buffer.alloc(NUMBER);
    at.writeBigUInt64BE(writtenAt);
    this.#sorter.add(Buffer.concat([note, Buffer.of(ANSWER)]), at);
  }

  /** Once, after all answers. */
  each(take: TakeProven): void {
    if (this.#sorter.count === 0) return;
    const rows = this.#sorter.sorted();
    let answer: bigint | undefined;
    let current: ProvenTransaction | undefined;
    while (rows.next()) {
      const { bytes, keyEnd, payloadStart, payloadEnd } = rows;
      const kind = bytes[keyEnd - 1];
      if (kind === HELD) {
        if (current?.committedAt !== undefined)
          take.heldByProven(current, current.committedAt, bytes.subarray(payloadStart, payloadEnd));
        continue;
      }
      if (current !== undefined) take.endOfProven(current);
      current = undefined;
      if (kind === ANSWER) {
        answer ??= bytes.readBigUInt64BE(payloadStart);
        continue;
      }
      current = readAbout(bytes.subarray(payloadStart, payloadEnd), answer);
      answer = undefined;
    }
    if (current !== undefined) take.endOfProven(current);
  }

  close(): void {
    this.#sorter.close();
  }

  #key(kind: number): Buffer {
    const key = Buffer.alloc(NUMBER + 1);
    key.writeBigUInt64BE(this.#number);
    key[NUMBER] = kind;
    return key;
  }
}

function readAbout(bytes: Buffer, committedAt: bigint | undefined): ProvenTransaction {
  return {
    committedAt,
    start: bytes.readBigUInt64BE(0),
    held: Number(bytes.readBigUInt64BE(NUMBER)),
    holdsPrimary: bytes[2 * NUMBER] === 1,
    primary: Buffer.from(bytes.subarray(2 * NUMBER + 1)),
  };
}
