import type { RowCursor } from '@ekv/snapshot';
import { writeSideRecordLine } from '../files/side-record-line.ts';
import { SEQUENCE_ROWS, SIDE_FAMILIES, TOMBSTONE_ROWS } from '../layout/families.ts';
import { type RowParts, sideParts, wholeQueueParts } from '../layout/row-keys.ts';
import type { DecodeContext } from './decode-context.ts';
import { addQueueRow, KIND } from './queue-sort.ts';
import { rowError } from './row-error.ts';

/** Puts the lines of side records into the sort, in the order of the snapshot; docs/format/06-sqs.md, section 4.7. */
export function readSideRecords({ source, sorter, json }: DecodeContext): void {
  for (const family of SIDE_FAMILIES) {
    for (const rows = source.rows(family); rows.next(); ) {
      const { bytes, keyStart, keyEnd, valueStart, valueEnd } = rows;
      const parts = partsOf(rows, family);
      if (parts.rule !== undefined) {
        source.leaveOut(rowError(rows, `malformed SQS key: ${parts.rule}`));
        continue;
      }
      writeSideRecordLine(json, family, bytes, keyStart, keyEnd, valueStart, valueEnd);
      const line = json.view();
      addQueueRow(sorter, KIND.side, bytes, parts.queueStart, parts.queueEnd, 0, line.length, (into, at) =>
        into.set(line, at),
      );
    }
  }
}

function partsOf({ bytes, keyStart, keyEnd }: RowCursor, family: string): RowParts {
  const start = keyStart + family.length;
  if (family === SEQUENCE_ROWS) return wholeQueueParts(bytes, start, keyEnd);
  return sideParts(bytes, start, keyEnd, family !== TOMBSTONE_ROWS);
}
