import type { ByteRange } from '@ekv/dump-tree';
import type { RowCursor } from '@ekv/snapshot';
import { DEDUPLICATION_ROWS, GROUP_LOCK_ROWS } from '../layout/families.ts';
import { generationIn, sideKeyParts } from '../layout/row-keys.ts';
import { KIND } from './queue-sort.ts';
import type { WalkContext } from './walk-context.ts';

/** Payload of counted rows in the sort: u64 generation, f64 number of rows. */
export const COUNTED_PAYLOAD = { generation: 0, rows: 8, bytes: 16 } as const;

/**
 * Counts deduplication rows and group locks by queue and generation: those of deleted queues and earlier generations are
 * leftovers, nobody misses them. Keys of another form are passed over. docs/format/06-sqs.md, section 4.9.
 */
export function countRows(context: WalkContext): void {
  countFamily(context, DEDUPLICATION_ROWS, KIND.deduplication);
  countFamily(context, GROUP_LOCK_ROWS, KIND.lock);
}

type CountedKind = typeof KIND.deduplication | typeof KIND.lock;

/** Rows of one queue and generation that follow each other. */
interface Run {
  /** What their keys begin with. */
  readonly head: Buffer;
  /** Part of the head. */
  readonly queue: ByteRange;
  readonly generation: bigint;
  rows: number;
}

/** Rows of one queue and generation are neighbours, in a partitioned queue those of one partition. */
function countFamily(context: WalkContext, family: string, kind: CountedKind): void {
  let run: Run | undefined;
  for (const rows = context.source.rows(family); rows.next(); ) {
    if (run !== undefined && startsWith(rows, run.head)) run.rows++;
    else {
      addRun(context, kind, run);
      run = runFrom(rows, family);
    }
  }
  addRun(context, kind, run);
}

function addRun({ queueSort }: WalkContext, kind: CountedKind, run: Run | undefined): void {
  if (run === undefined) return;
  const payload = Buffer.alloc(COUNTED_PAYLOAD.bytes);
  payload.writeBigUInt64BE(run.generation, COUNTED_PAYLOAD.generation);
  payload.writeDoubleBE(run.rows, COUNTED_PAYLOAD.rows);
  queueSort.add(kind, run.queue, payload);
}

function runFrom(rows: RowCursor, family: string): Run | undefined {
  const { bytes, keyStart, keyEnd } = rows;
  const parts = sideKeyParts(rows, family);
  const generation = parts.rule === undefined ? generationIn(parts, keyEnd) : undefined;
  if (generation === undefined) return undefined;
  const head = Buffer.from(bytes.subarray(keyStart, generation.end));
  const queue = { bytes: head, start: parts.start - keyStart, end: parts.end - keyStart };
  return { head, queue, generation: generation.value, rows: 1 };
}

function startsWith({ bytes, keyStart, keyEnd }: RowCursor, head: Buffer): boolean {
  return keyEnd - keyStart >= head.length && head.compare(bytes, keyStart, keyStart + head.length) === 0;
}
