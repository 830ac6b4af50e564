import { DataError, type RowCursor, RowError } from '@ekv/snapshot';

/** An error about the row at hand: file offset, user key and the rule it breaks. */
export function rowError(rows: RowCursor, rule: string): RowError {
  const key = Uint8Array.from(rows.bytes.subarray(rows.keyStart, rows.keyEnd));
  return new RowError(rule, { offset: rows.offset, key });
}

/** Gives what `read` gives; its DataErrors become errors about the row at hand. */
export function readingRow<T>(rows: RowCursor, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DataError) || error instanceof RowError) throw error;
    throw rowError(rows, error.message);
  }
}
