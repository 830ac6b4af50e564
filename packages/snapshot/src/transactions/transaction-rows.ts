import type { VersionCursor } from './version-cursor.ts';

/** Rows of transactions; docs/format/11-transactions.md. */

export const LOCK_ROWS = '!txn|lock|';
export const INTENT_ROWS = '!txn|int|';
export const COMMIT_ROWS = '!txn|cmt|';
export const ROLLBACK_ROWS = '!txn|rb|';

const U64 = 8;
const FORMAT = 0x01;

/** A row of a transaction by its key. */
export interface TransactionKey {
  readonly family: typeof LOCK_ROWS | typeof INTENT_ROWS | typeof COMMIT_ROWS | typeof ROLLBACK_ROWS;
  /** Where in the key the stored key stands that it is about: of a record the first one of its transaction. */
  readonly start: number;
  readonly end: number;
}

/** What follows that key: of a record the start of the transaction. */
const FORMS = ([LOCK_ROWS, INTENT_ROWS, COMMIT_ROWS, ROLLBACK_ROWS] as const).map((family) => ({
  family,
  prefix: Buffer.from(family, 'latin1'),
  behind: family === LOCK_ROWS || family === INTENT_ROWS ? 0 : U64,
}));
const LETTER_T = 0x74;

/** Reads the key `bytes[start, end)`; `undefined` for one that is none of a transaction, or breaks its format. */
export function readTransactionKey(bytes: Uint8Array, start: number, end: number): TransactionKey | undefined {
  if (bytes[start + 1] !== LETTER_T) return undefined;
  for (const { family, prefix, behind } of FORMS) {
    const from = start + prefix.length;
    if (end - behind < from || !prefix.equals(bytes.subarray(start, from))) continue;
    return { family, start: from, end: end - behind };
  }
  return undefined;
}

/** A lock: which transaction is about to write the key. Offsets are those of the row's buffer. */
export interface Lock {
  /** When the transaction began, a timestamp. */
  readonly start: bigint;
  /** The first key of the transaction: a stored key `bytes[primaryStart, primaryEnd)`. */
  readonly primaryStart: number;
  readonly primaryEnd: number;
}

/** What of a row its value is read by. */
export type ValueOfRow = Pick<VersionCursor, 'bytes' | 'valueStart' | 'valueEnd' | 'refused'>;

/** Throws what the cursor makes of a value that is no lock. */
export function readLock(row: ValueOfRow): Lock {
  const { bytes, valueStart, valueEnd } = row;
  checkFormat(row, 'lock');
  const primaryStart = valueStart + 1 + U64 + U64 + 1 + U64;
  if (primaryStart > valueEnd)
    throw row.refused(`the value of a lock has ${valueEnd - valueStart} bytes; 26 or more are needed`);
  checkLength(row, primaryStart, 'first key');
  return { start: bytes.readBigUInt64BE(valueStart + 1), primaryStart, primaryEnd: valueEnd };
}

/** A write that a transaction has prepared. */
export interface Intent {
  readonly start: bigint;
  readonly isDeletion: boolean;
  /** The value to be stored, without a value header: `bytes[bodyStart, bodyEnd)`. */
  readonly bodyStart: number;
  readonly bodyEnd: number;
}

const PUT = 0x00;
const DELETE = 0x01;

/** Bytes of an intent before the value to be stored. */
export const INTENT_HEAD_BYTES: number = 1 + U64 + 1 + U64;

export function readIntent(row: VersionCursor): Intent {
  const { bytes, valueStart, valueEnd } = row;
  checkFormat(row, 'prepared write');
  const bodyStart = valueStart + INTENT_HEAD_BYTES;
  if (bodyStart > valueEnd) {
    throw row.refused(`the value of a prepared write has ${valueEnd - valueStart} bytes; 18 or more are needed`);
  }
  checkLength(row, bodyStart, 'value');
  const operation = bytes[valueStart + 1 + U64]!;
  const isDeletion = operation === DELETE;
  if (operation !== PUT && !isDeletion) {
    throw row.refused(`the prepared write has the operation ${operation}; 0 (put) and 1 (delete) are known`);
  }
  if (isDeletion && bodyStart !== valueEnd) throw row.refused('the prepared deletion has a value');
  return { start: bytes.readBigUInt64BE(valueStart + 1), isDeletion, bodyStart, bodyEnd: valueEnd };
}

/** When the transaction of a commit record was committed. */
export function readCommit(row: VersionCursor): bigint {
  const { bytes, valueStart, valueEnd } = row;
  checkFormat(row, 'commit record');
  if (valueEnd - valueStart !== 1 + U64) {
    throw row.refused(`the value of a commit record has ${valueEnd - valueStart} bytes in place of 9`);
  }
  return bytes.readBigUInt64BE(valueStart + 1);
}

export function checkRollback(row: VersionCursor): void {
  checkFormat(row, 'rollback record');
}

/** Where, in the key of a record of a transaction, its first key ends and the 8 bytes of its start begin. */
export function primaryEndOf(row: VersionCursor, prefix: string): number {
  const end = row.keyEnd - U64;
  if (end < row.keyStart + prefix.length)
    throw row.refused('the key of a transaction record ends before the start of the transaction');
  return end;
}

function checkFormat(row: ValueOfRow, what: string): void {
  const { bytes, valueStart, valueEnd } = row;
  if (valueStart === valueEnd) throw row.refused(`the value of a ${what} is empty`);
  const format = bytes[valueStart]!;
  if (format !== FORMAT)
    throw row.refused(`the ${what} has the format ${format}; only 1 is known, a newer elastickv wrote it`);
}

/** The length before what stands at `start` to the end of the value. */
function checkLength(row: ValueOfRow, start: number, what: string): void {
  const { bytes, valueEnd } = row;
  const length = bytes.readBigUInt64BE(start - U64);
  if (length !== BigInt(valueEnd - start)) {
    throw row.refused(`the length of the ${what} is ${length}, but ${valueEnd - start} bytes follow`);
  }
}
