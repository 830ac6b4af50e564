import { ExternalSorter } from '../sort/external-sorter.ts';
import type { ScratchFolder } from '../sort/scratch.ts';
import { SIDE_SORT_BYTES } from '../sort/sort-memory.ts';
import type { SortedRows } from '../sort/sorted-run.ts';
import type { LockOfKey } from './lock-versions.ts';

/** What is known of transactions, one after the other: first how it ended, then keys that it has left, then keys that it still holds. */
export interface TakeTransactions {
  begin(transaction: TransactionId): void;
  commit(at: bigint): void;
  rollback(): void;
  /** A key whose lock was taken away by the version `endedAt`. The view holds during the call. */
  left(key: Buffer, endedAt: bigint): void;
  /** A key that is still locked. */
  held(key: Buffer): void;
  end(): void;
}

export interface TransactionId {
  /** First key of the transaction, a stored key. */
  readonly primary: Buffer;
  readonly start: bigint;
}

/** Last byte of a record's key, which makes the order within a transaction. */
const COMMIT = 0;
const ROLLBACK = 1;
const LEFT = 2;
const HELD = 3;

const LENGTH = 4;
const NOTHING = Buffer.alloc(0);

/** Brings together the rows of each transaction, in whatever group they are. Sorted externally: memory as for one side sort. */
export class TransactionTable {
  readonly #sorter: ExternalSorter;
  readonly #number = Buffer.alloc(8);
  /** The earliest start among the locks: records of transactions that began before it are not needed. */
  #earliest: bigint | undefined;

  constructor(scratch: ScratchFolder) {
    this.#sorter = new ExternalSorter({ scratch, arenaBytes: SIDE_SORT_BYTES });
  }

  addLock({ primary, start, key, endedAt }: LockOfKey): void {
    if (this.#earliest === undefined || start < this.#earliest) this.#earliest = start;
    if (endedAt === undefined) {
      this.#sorter.add(keyOf(primary, start, HELD), key);
      return;
    }
    this.#number.writeBigUInt64BE(endedAt);
    this.#sorter.add(keyOf(primary, start, LEFT), this.#number, key);
  }

  /** After all locks. */
  addCommit(primary: Uint8Array, start: bigint, at: bigint): void {
    if (!this.#needs(start)) return;
    this.#number.writeBigUInt64BE(at);
    this.#sorter.add(keyOf(primary, start, COMMIT), this.#number);
  }

  /** After all locks. */
  addRollback(primary: Uint8Array, start: bigint): void {
    if (this.#needs(start)) this.#sorter.add(keyOf(primary, start, ROLLBACK), NOTHING);
  }

  /** Once, after everything was added. Transactions without a lock are given too. */
  each(take: TakeTransactions): void {
    if (this.#sorter.count === 0) return;
    const rows = this.#sorter.sorted();
    let previous = NOTHING;
    while (rows.next()) {
      const transaction = rows.bytes.subarray(rows.keyStart, rows.keyEnd - 1);
      if (!transaction.equals(previous)) {
        if (previous.length > 0) take.end();
        previous = Buffer.from(transaction);
        const end = previous.length - 8;
        take.begin({ primary: previous.subarray(LENGTH, end), start: previous.readBigUInt64BE(end) });
      }
      giveRow(rows, take);
    }
    take.end();
  }

  close(): void {
    this.#sorter.close();
  }

  #needs(start: bigint): boolean {
    return this.#earliest !== undefined && start >= this.#earliest;
  }
}

function giveRow({ bytes, keyEnd, payloadStart, payloadEnd }: SortedRows, take: TakeTransactions): void {
  const kind = bytes[keyEnd - 1];
  if (kind === COMMIT) take.commit(bytes.readBigUInt64BE(payloadStart));
  else if (kind === ROLLBACK) take.rollback();
  else if (kind === LEFT) take.left(bytes.subarray(payloadStart + 8, payloadEnd), bytes.readBigUInt64BE(payloadStart));
  else take.held(bytes.subarray(payloadStart, payloadEnd));
}

function keyOf(primary: Uint8Array, start: bigint, kind: number): Buffer {
  const key = Buffer.allocUnsafe(LENGTH + primary.length + 8 + 1);
  key.writeUInt32BE(primary.length);
  key.set(primary, LENGTH);
  key.writeBigUInt64BE(start, LENGTH + primary.length);
  key[key.length - 1] = kind;
  return key;
}
