import { rowError, U64_MAX } from '@ekv/adapter';
import { readCounterValue } from '../layout/counter-value.ts';
import { GENERATION_ROWS, SEQUENCE_ROWS, TOMBSTONE_ROWS } from '../layout/families.ts';
import { generationIn, queueIn, sideKeyParts } from '../layout/row-keys.ts';
import { KIND } from './queue-sort.ts';
import type { WalkContext } from './walk-context.ts';

/** Reads the active generation of each queue; docs/format/06-sqs.md, section 4.3. */
export function readGenerations(context: WalkContext): void {
  for (const rows = context.source.rows(GENERATION_ROWS); rows.next(); ) {
    const generation = readCounterValue(rows.bytes, rows.valueStart, rows.valueEnd);
    if (generation === undefined) {
      context.refuse(rowError(rows, `invalid ${GENERATION_ROWS} value: it must be decimal digits, at most ${U64_MAX}`));
      continue;
    }
    const queue = queueIn(rows, GENERATION_ROWS);
    // The key of a queue's row is base64; what is not belongs to none.
    if (queue !== undefined) context.queueSort.add(KIND.generation, queue, u64(generation));
  }
}

/** Reads sequence counters, only to count and to judge; those of another form are passed over. */
export function readSequences({ source, queueSort }: WalkContext): void {
  for (const rows = source.rows(SEQUENCE_ROWS); rows.next(); ) {
    const sequence = readCounterValue(rows.bytes, rows.valueStart, rows.valueEnd);
    const queue = sideKeyParts(rows, SEQUENCE_ROWS);
    if (sequence !== undefined && queue.rule === undefined) queueSort.add(KIND.sequence, queue, u64(sequence));
  }
}

const NOTHING = Buffer.alloc(0);

/** Reads which generations of queues were deleted; tombstones of another form are passed over. */
export function readTombstones({ source, queueSort }: WalkContext): void {
  for (const rows = source.rows(TOMBSTONE_ROWS); rows.next(); ) {
    const queue = sideKeyParts(rows, TOMBSTONE_ROWS);
    const generation = queue.rule === undefined ? generationIn(queue, rows.keyEnd) : undefined;
    if (generation?.end === rows.keyEnd) queueSort.add(KIND.tombstone, queue, NOTHING, u64(generation.value));
  }
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}
