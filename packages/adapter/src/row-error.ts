import { DataError, RowError } from '@ekv/snapshot';

/** Where a row stands in the snapshot, for messages: a RowCursor is one. */
export interface RowPosition {
  readonly bytes: Buffer;
  readonly keyStart: number;
  readonly keyEnd: number;
  /** Where the row's whole key stands, where `keyStart` and `keyEnd` are a part of it, such as a Redis key. */
  readonly rowStart?: number;
  readonly rowEnd?: number;
  /** File offset of the row's entry, in bytes. */
  readonly offset: number;
}

/** An error about one row: file offset, user key and the rule it breaks. */
export function rowError(row: RowPosition, rule: string): RowError {
  const { bytes, rowStart = row.keyStart, rowEnd = row.keyEnd, offset } = row;
  return new RowError(rule, { offset, key: Uint8Array.from(bytes.subarray(rowStart, rowEnd)) });
}

/**
 * What to throw for an error that work on a row ended with: a DataError becomes one about the row, every other error and one that
 * is about a row already stay as they are.
 *
 * @param before goes before the message, such as `this row is wrong: `.
 */
export function asRowError(row: RowPosition, error: unknown, before = ''): unknown {
  if (!(error instanceof DataError) || error instanceof RowError) return error;
  return rowError(row, before + error.message);
}

/** Gives what `work` gives; its errors are thrown as {@link asRowError} makes them. */
export function atRow<T>(row: RowPosition, work: () => T, before = ''): T {
  try {
    return work();
  } catch (error) {
    throw asRowError(row, error, before);
  }
}
