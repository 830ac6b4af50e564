import { type FindingKind, printable, type RowCursor } from '@ekv/snapshot';
import type { WalkContext } from './walk-context.ts';

/** Counts what is wrong with a row that is read all the same. */
export function addRowFindings(context: WalkContext, row: RowCursor, kind: FindingKind, count: number): void {
  for (let i = 0; i < count; i++)
    context.findings.add(kind, () => printable(row.bytes.subarray(row.keyStart, row.keyEnd)));
}
