import { partBytes } from '@ekv/adapter';
import { UPLOAD_PART_ROWS, UPLOAD_ROWS } from '../layout/families.ts';
import { afterNumber, afterPart, checkKeyEnd } from '../layout/row-keys.ts';
import { ObjectRows, type RowWalks } from './rows.ts';

/** Rows of open uploads, with all of their keys. */
export class OpenUploadRows extends ObjectRows {
  /** Index after the upload id: what is from `idStart` on identifies the upload. */
  uploadEnd = 0;

  constructor(source: RowWalks) {
    super(source, UPLOAD_ROWS);
    this.advance();
  }

  get upload(): Buffer {
    return partBytes(this.bytes, this.idEnd, this.uploadEnd);
  }

  protected override parseKey(): void {
    super.parseKey();
    this.uploadEnd = afterPart(this, this.idEnd, 'upload id');
    checkKeyEnd(this, this.uploadEnd);
  }
}

/** Rows of the parts of open uploads, with all of their keys. */
export class OpenPartRows extends ObjectRows {
  uploadEnd = 0;

  constructor(source: RowWalks) {
    super(source, UPLOAD_PART_ROWS);
    this.advance();
  }

  get part(): bigint {
    return this.bytes.readBigUInt64BE(this.uploadEnd);
  }

  protected override parseKey(): void {
    super.parseKey();
    this.uploadEnd = afterPart(this, this.idEnd, 'upload id');
    checkKeyEnd(this, afterNumber(this, this.uploadEnd, 'part number'));
  }
}
