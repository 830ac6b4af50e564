import type { RowPosition } from '@ekv/adapter';

/** Where a value stands in memory. */
export interface ValueRange {
  readonly bytes: Buffer;
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** The value of a row, and the row for messages about it. */
export interface ValueRow extends ValueRange, RowPosition {}
