import type { CheckedSnapshot, Snapshot } from '@ekv/snapshot';
import { wrongKind } from '@ekv/snapshot/arguments';
import { S3_FAMILIES } from '../layout/families.ts';

/** A snapshot that is open. */
export type SnapshotInput = Pick<Snapshot, 'rowsOf'>;

/** Its S3 rows. Throws ArgumentError for what is no snapshot, SnapshotFormatError for a file that is none. */
export function s3RowsOf(snapshot: SnapshotInput): CheckedSnapshot {
  if (typeof snapshot?.rowsOf === 'function') return snapshot.rowsOf(S3_FAMILIES);
  throw wrongKind(snapshot, 'a snapshot', 'what openSnapshot gives');
}
