import { DataError, printable, type RowCursor, RowError } from '@ekv/snapshot';

/** An error about the current row: file offset, user key and the rule it breaks. */
export function rowError(row: RowCursor, rule: string): RowError {
  return new RowError(rule, { offset: row.offset, key: Uint8Array.from(row.bytes.subarray(row.keyStart, row.keyEnd)) });
}

/** Does something with the value of the current row; a DataError becomes one about the row. */
export function withRow<T>(row: RowCursor, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof DataError && !(error instanceof RowError)) throw rowError(row, error.message);
    throw error;
  }
}

/** Checks that the value begins with the magic. */
export function checkMagic(row: RowCursor, magic: string, family: string): void {
  const { bytes, valueStart, valueEnd } = row;
  const end = Math.min(valueStart + magic.length, valueEnd);
  if (bytes.toString('latin1', valueStart, end) === magic) return;
  const wanted = printable(Buffer.from(magic, 'latin1'));
  throw rowError(row, `invalid ${family} value: it must begin with ${wanted}`);
}
