import { JsonBytes } from '@ekv/dump-tree';
import { type FindingKind, Findings, type RowSource, type ScratchFolder } from '@ekv/snapshot';
import { NotCarried } from '../decode/not-carried.ts';
import { QueueSort } from '../decode/queue-sort.ts';
import type { WalkContext } from '../decode/walk-context.ts';
import { REFUSED_ATTRIBUTE } from '../sense/stored-kinds.ts';

/** Here it is no tree that holds them. */
const READ_AS_TEXT: FindingKind = {
  ...REFUSED_ATTRIBUTE,
  advice: 'they are given as their JSON text, which queueRecords refuses',
};

/** What is wrong with rows that are read all the same. */
class ReadFindings extends Findings {
  override add(kind: FindingKind, example: () => string): void {
    super.add(kind === REFUSED_ATTRIBUTE ? READ_AS_TEXT : kind, example);
  }
}

/** What a reader walks with. A row that breaks a rule ends the walk, unless the snapshot is salvaged. */
export function storedWalk(source: RowSource, scratch: ScratchFolder): WalkContext {
  return {
    source,
    scratch,
    queueSort: new QueueSort(scratch),
    json: new JsonBytes(),
    findings: new ReadFindings(),
    notCarried: new NotCarried(),
    shiftMs: 0n,
    refuse: (error) => source.leaveOut(error),
  };
}
