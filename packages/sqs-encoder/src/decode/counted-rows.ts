import type { RowCursor } from '@ekv/snapshot';
import { DEDUPLICATION_ROWS, GROUP_LOCK_ROWS } from '../layout/families.ts';
import { generationOf, sideParts } from '../layout/row-keys.ts';
import type { DecodeContext } from './decode-context.ts';
import { addQueueRow, KIND } from './queue-sort.ts';

const COUNTED = [
  [DEDUPLICATION_ROWS, KIND.deduplication],
  [GROUP_LOCK_ROWS, KIND.lock],
] as const;

/**
 * Counts deduplication rows and group locks by queue and generation: those of deleted queues and earlier generations are
 * leftovers, nobody misses them. Keys of another form are passed over. docs/format/06-sqs.md, section 4.9.
 */
export function readSideCounts(context: DecodeContext): void {
  for (const [family, kind] of COUNTED) countRows(context, family, kind);
}

/** Rows of one queue and generation stand together, in a partitioned queue those of one partition. */
function countRows({ source, sorter }: DecodeContext, family: string, kind: (typeof COUNTED)[number][1]): void {
  const run = { head: Buffer.alloc(0), queueStart: 0, queueEnd: 0, generation: 0n, count: 0 };
  const end = () => {
    if (run.count === 0) return;
    addQueueRow(sorter, kind, run.head, run.queueStart, run.queueEnd, 0, 16, (into, at) => {
      into.writeBigUInt64BE(run.generation, at);
      into.writeDoubleBE(run.count, at + 8);
    });
  };
  for (const rows = source.rows(family); rows.next(); ) {
    if (run.count > 0 && startsWith(rows, run.head)) {
      run.count++;
      continue;
    }
    end();
    run.count = 0;
    const { bytes, keyStart, keyEnd } = rows;
    const parts = sideParts(bytes, keyStart + family.length, keyEnd, true);
    const generation = parts.rule === undefined ? generationOf(bytes, parts, keyEnd) : undefined;
    if (generation === undefined) continue;
    run.head = Buffer.from(bytes.subarray(keyStart, generation.end));
    run.queueStart = parts.queueStart - keyStart;
    run.queueEnd = parts.queueEnd - keyStart;
    run.generation = generation.value;
    run.count = 1;
  }
  end();
}

function startsWith({ bytes, keyStart, keyEnd }: RowCursor, head: Buffer): boolean {
  return keyEnd - keyStart >= head.length && head.compare(bytes, keyStart, keyStart + head.length) === 0;
}
