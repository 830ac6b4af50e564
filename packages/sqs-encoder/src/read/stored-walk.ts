import { JsonBytes } from '@ekv/dump-tree';
import { Findings, MAIN_SORT_BYTES, type RowSource, type ScratchFolder, SMALL_SORT_BYTES } from '@ekv/snapshot';
import { NotCarried } from '../decode/not-carried.ts';
import { QueueSort } from '../decode/queue-sort.ts';
import type { WalkContext } from '../decode/walk-context.ts';

/** Of most rows. Memory that is taken costs time: a walk over few rows is over in less. */
const ORDINARY_ROW = 1 << 10;

/** What a reader walks with. A row that breaks a rule ends the walk, unless the snapshot is salvaged. @param rows about as many as are sorted. */
export function storedWalk(source: RowSource, scratch: ScratchFolder, rows: number): WalkContext {
  const arenaBytes = Math.min(Math.max(rows * ORDINARY_ROW, SMALL_SORT_BYTES), MAIN_SORT_BYTES);
  return {
    source,
    scratch,
    queueSort: new QueueSort(scratch, arenaBytes),
    json: new JsonBytes(),
    findings: new Findings(),
    notCarried: new NotCarried(),
    shiftMs: 0n,
    refuse: (error) => source.leaveOut(error),
  };
}
