import { locatedRows } from '@ekv/adapter';
import { type ReadableSnapshot, type RowSource, ScratchFolder } from '@ekv/snapshot';
import { leaveDamageOut } from '../decode/damaged-rows.ts';
import { S3_FAMILIES } from '../layout/families.ts';
import { RowJson } from '../layout/row-json.ts';

/** What a walk over the rows of a snapshot works with. */
export interface StoredRows {
  readonly source: RowSource;
  readonly json: RowJson;
  /** Is removed when the walk ends. */
  readonly scratch: ScratchFolder;
}

/**
 * What `walk` gives of the S3 rows of a snapshot; errors about rows name path, ordinal and key. Of a snapshot that is salvaged what is
 * damaged is left out before. Nothing is read before the first step. Throws what the check of the snapshot throws.
 */
export function* storedRows<T>(
  snapshot: ReadableSnapshot,
  walk: (rows: StoredRows) => Generator<T, void, undefined>,
): Generator<T, void, undefined> {
  const source = snapshot.rowsOf(S3_FAMILIES);
  const scratch = new ScratchFolder();
  try {
    const rows = { source, json: new RowJson(), scratch };
    // Keys that cannot be paths are none of a reader's business.
    if (source.damage !== undefined) leaveDamageOut(source, rows.json, { scratch, renameCollisions: true });
    yield* locatedRows(source, walk(rows));
  } finally {
    scratch.remove();
  }
}
