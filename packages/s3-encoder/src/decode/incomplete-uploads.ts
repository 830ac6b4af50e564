import type { LineSink, TreeSink } from '@ekv/dump-tree';
import { UPLOAD_RECORDS } from '../files/paths.ts';
import { writeUploadRecord } from '../files/upload-record.ts';
import { UPLOAD_PART_ROWS, UPLOAD_ROWS } from '../layout/families.ts';
import { afterNumber, afterPart, checkKeyEnd } from '../layout/row-keys.ts';
import { BucketedRows, ObjectRows, type RowWalks } from './rows.ts';

/** Rows of open uploads. Of their keys only the bucket is looked at. */
class UploadRows extends BucketedRows {
  constructor(source: RowWalks) {
    super(source, UPLOAD_ROWS);
    this.advance();
  }
}

/** Rows of the parts of open uploads. */
class UploadPartRows extends ObjectRows {
  constructor(source: RowWalks) {
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
  /** At rows of buckets that are not written yet. */
  readonly cursors: readonly BucketedRows[];

  constructor(source: RowWalks) {
    this.cursors = [new UploadRows(source), new UploadPartRows(source)];
  }

  /** Writes the records of a bucket; false when it has none. */
  write(sink: TreeSink, folder: string, bucketPart: Buffer): boolean {
    let lines: LineSink | undefined;
    for (const rows of this.cursors) {
      for (; rows.isOfBucket(bucketPart); rows.advance()) {
        lines ??= sink.lines(`${folder}/${UPLOAD_RECORDS}`);
        lines.write(writeUploadRecord(rows.family, rows));
      }
    }
    lines?.close();
    return lines !== undefined;
  }
}
