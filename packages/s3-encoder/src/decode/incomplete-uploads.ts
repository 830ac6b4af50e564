import type { LineSink, TreeSink } from '@ekv/dump-tree';
import type { RowSource } from '@ekv/snapshot';
import { UPLOAD_RECORDS } from '../files/paths.ts';
import { writeUploadRecord } from '../files/upload-record.ts';
import { UPLOAD_PART_ROWS, UPLOAD_ROWS } from '../layout/families.ts';
import { afterNumber, afterPart, checkKeyEnd } from '../layout/row-keys.ts';
import { BucketedRows, ObjectRows } from './rows.ts';

/** Rows of open uploads. Of their keys only the bucket is looked at. */
class UploadRows extends BucketedRows {
  constructor(source: RowSource) {
    super(source, UPLOAD_ROWS);
    this.advance();
  }
}

/** Rows of the parts of open uploads. */
class UploadPartRows extends ObjectRows {
  constructor(source: RowSource) {
    super(source, UPLOAD_PART_ROWS);
    this.advance();
  }

  protected override parseKey(): void {
    super.parseKey();
    checkKeyEnd(this, afterNumber(this, afterPart(this, this.idEnd, 'upload id'), 'part number'));
  }
}

/** Open uploads, each row a line of their bucket's file: first those of uploads, then those of parts. docs/format/05-s3.md, section 5.2. */
export class IncompleteUploads {
  readonly #families: ReadonlyArray<readonly [prefix: string, rows: BucketedRows]>;

  constructor(source: RowSource) {
    this.#families = [
      [UPLOAD_ROWS, new UploadRows(source)],
      [UPLOAD_PART_ROWS, new UploadPartRows(source)],
    ];
  }

  /** Cursors that stand on rows of buckets not written yet. */
  get cursors(): BucketedRows[] {
    return this.#families.map(([, rows]) => rows);
  }

  /** Writes the records of a bucket; false when it has none. */
  write(sink: TreeSink, folder: string, bucketPart: Buffer): boolean {
    let lines: LineSink | undefined;
    for (const [prefix, rows] of this.#families) {
      for (; rows.isOfBucket(bucketPart); rows.advance()) {
        lines ??= sink.lines(`${folder}/${UPLOAD_RECORDS}`);
        lines.write(writeUploadRecord(prefix, rows));
      }
    }
    lines?.close();
    return lines !== undefined;
  }
}
