import type { ValueRow } from '../layout/row-json.ts';

/** A line of `_incomplete_uploads/records.jsonl`, with its line feed: a row of an open upload. docs/format/05-s3.md, section 5.2. */
export function writeUploadRecord(prefix: string, { bytes, keyStart, keyEnd, valueStart, valueEnd }: ValueRow): Buffer {
  const key = bytes.toString('base64', keyStart, keyEnd);
  const value = bytes.toString('base64', valueStart, valueEnd);
  return Buffer.from(`{"prefix":"${prefix}","key":"${key}","value":"${value}"}\n`, 'latin1');
}
