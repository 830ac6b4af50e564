import { rowError } from '@ekv/adapter';
import { SORTED_SET_MEMBER_ROWS } from './families.ts';
import type { ValueRow } from './value-range.ts';

/** Scores of sorted sets, doubles; docs/format/03-redis.md, sections 2 and 9. */

const SCORE_BYTES = 8;

/** Throws RowError unless the value of a member row is a score. */
export function checkScore(row: ValueRow): void {
  if (row.valueEnd - row.valueStart !== SCORE_BYTES)
    throw rowError(row, `the score of a ${SORTED_SET_MEMBER_ROWS} row must be 8 bytes`);
  if (Number.isNaN(row.bytes.readDoubleBE(row.valueStart)))
    throw rowError(row, `the score of this ${SORTED_SET_MEMBER_ROWS} row is NaN`);
}

/** The value of a member row. */
export function writeScore(score: number): Buffer {
  const value = Buffer.allocUnsafe(SCORE_BYTES);
  value.writeDoubleBE(score);
  return value;
}

/** Writes a score in 8 bytes whose order is the numeric one; -0 becomes +0. NaN has no position in the order. */
export function writeSortableScore(bytes: Buffer, at: number, score: number): void {
  bytes.writeDoubleBE(score === 0 ? 0 : score, at);
  if (bytes[at]! < 0x80) {
    bytes[at]! ^= 0x80;
    return;
  }
  for (let i = at; i < at + SCORE_BYTES; i++) bytes[i]! ^= 0xff;
}
