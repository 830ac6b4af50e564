import type { RowCursor } from '@ekv/snapshot';
import { isSegment, runEnd } from '../layout/base64-parts.ts';
import { GENERATION_ROWS, SEQUENCE_ROWS, TOMBSTONE_ROWS } from '../layout/families.ts';
import { U64_MAX } from '../layout/integers.ts';
import { tombstoneGeneration, wholeQueueParts } from '../layout/row-keys.ts';
import type { DecodeContext } from './decode-context.ts';
import { addQueueRow, KIND } from './queue-sort.ts';
import { rowError } from './row-error.ts';

/** White space around a generation, as the server trims it. */
const SPACE_AROUND =
  /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g;

/** Reads the active generation of each queue; docs/format/06-sqs.md, section 4.3. */
export function readGenerations({ source, sorter }: DecodeContext): void {
  for (const rows = source.rows(GENERATION_ROWS); rows.next(); ) {
    const generation = counterIn(rows);
    if (generation === undefined) {
      source.leaveOut(
        rowError(rows, `invalid ${GENERATION_ROWS} value: it must be decimal digits, at most ${U64_MAX}`),
      );
      continue;
    }
    const start = rows.keyStart + GENERATION_ROWS.length;
    // The text of a queue's row is base64; what is not belongs to none.
    if (!isSegment(rows.bytes, start, rows.keyEnd)) continue;
    addNumber(sorter, KIND.generation, rows, start, rows.keyEnd, generation);
  }
}

/** Reads sequence counters and tombstones, only to count and to judge; those of another form are passed over. */
export function readCounters({ source, sorter }: DecodeContext): void {
  for (const rows = source.rows(SEQUENCE_ROWS); rows.next(); ) {
    const start = rows.keyStart + SEQUENCE_ROWS.length;
    const sequence = counterIn(rows);
    if (sequence === undefined || wholeQueueParts(rows.bytes, start, rows.keyEnd).rule !== undefined) continue;
    addNumber(sorter, KIND.sequence, rows, start, rows.keyEnd, sequence);
  }
  for (const rows = source.rows(TOMBSTONE_ROWS); rows.next(); ) {
    const start = rows.keyStart + TOMBSTONE_ROWS.length;
    const generation = tombstoneGeneration(rows.bytes, start, rows.keyEnd);
    if (generation === undefined) continue;
    const end = runEnd(rows.bytes, start, rows.keyEnd);
    addQueueRow(sorter, KIND.tombstone, rows.bytes, start, end, 8, 0, (into, at) =>
      into.writeBigUInt64BE(generation, at),
    );
  }
}

function addNumber(
  sorter: DecodeContext['sorter'],
  kind: typeof KIND.generation | typeof KIND.sequence,
  rows: RowCursor,
  start: number,
  end: number,
  value: bigint,
): void {
  addQueueRow(sorter, kind, rows.bytes, start, end, 0, 8, (into, at) => into.writeBigUInt64BE(value, at));
}

function counterIn({ bytes, valueStart, valueEnd }: RowCursor): bigint | undefined {
  const text = bytes.toString('utf8', valueStart, valueEnd).replace(SPACE_AROUND, '');
  if (!/^[0-9]+$/.test(text)) return undefined;
  const digits = text.replace(/^0+(?=.)/, '');
  const value = digits.length > 20 ? U64_MAX + 1n : BigInt(digits);
  return value > U64_MAX ? undefined : value;
}
