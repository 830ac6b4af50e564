import { rowError } from '@ekv/adapter';
import { writeSideRecordLine } from '../files/side-record-line.ts';
import { SIDE_FAMILIES } from '../layout/families.ts';
import { sideKeyParts } from '../layout/row-keys.ts';
import type { DecodeContext } from './decode-context.ts';
import { KIND } from './queue-sort.ts';

/** Puts the lines of side records into the sort, in the order of the snapshot; docs/format/06-sqs.md, section 4.7. */
export function readSideRecords(context: DecodeContext): void {
  const { source, queueSort, json } = context;
  for (const family of SIDE_FAMILIES) {
    for (const rows = source.rows(family); rows.next(); ) {
      const parts = sideKeyParts(rows, family);
      if (parts.rule !== undefined) {
        context.refuse(rowError(rows, `malformed SQS key: ${parts.rule}`));
        continue;
      }
      writeSideRecordLine(json, family, rows);
      queueSort.add(KIND.side, parts, json.view());
    }
  }
}
