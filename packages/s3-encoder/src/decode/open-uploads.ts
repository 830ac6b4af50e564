import type { RowCursor, RowSource } from '@ekv/snapshot';
import { UPLOAD_GC_ROWS, UPLOAD_ROWS } from '../layout/families.ts';
import type { ChunkRows } from './rows.ts';

/**
 * Tells which chunks belong to an upload that is open, or that was given up and waits for its chunks to be removed: both have a
 * row of their own. Chunks must come in the order of their keys. docs/format/05-s3.md, section 5.1.
 */
export class OpenUploads {
  readonly #uploads: readonly UploadIds[];

  constructor(source: RowSource) {
    this.#uploads = [UPLOAD_ROWS, UPLOAD_GC_ROWS]
      .filter((family) => source.knows(family) && source.count(family) > 0)
      .map((family) => new UploadIds(source.rows(family, { bodies: 'passed over' }), family.length));
  }

  /** Whether the chunk at hand is of such an upload. */
  has(chunk: ChunkRows): boolean {
    let found = false;
    for (const uploads of this.#uploads) found = uploads.has(chunk) || found;
    return found;
  }
}

/** Bucket, generation, object and upload id as they stand in the keys of a family; malformed keys are like no chunk's. */
class UploadIds {
  readonly #rows: RowCursor;
  readonly #prefixLength: number;
  #present: boolean;

  constructor(rows: RowCursor, prefixLength: number) {
    this.#rows = rows;
    this.#prefixLength = prefixLength;
    this.#present = rows.next();
  }

  has({ bytes, idStart, uploadEnd }: ChunkRows): boolean {
    while (this.#present) {
      const { bytes: row, keyStart, keyEnd } = this.#rows;
      const order = row.compare(bytes, idStart, uploadEnd, keyStart + this.#prefixLength, keyEnd);
      if (order >= 0) return order === 0;
      this.#present = this.#rows.next();
    }
    return false;
  }
}
