import type { JsonBytes } from '@ekv/dump-tree';
import type { RowCursor } from '@ekv/snapshot';

/** Writes the row at hand as a line of `side_records.jsonl`, which encode does not read; docs/format/06-sqs.md, section 4.7. */
export function writeSideRecordLine(json: JsonBytes, family: string, row: RowCursor): void {
  const { bytes, keyStart, keyEnd, valueStart, valueEnd } = row;
  json.reset();
  json.text(`{"prefix":"${family}","key_hex":"`);
  json.text(bytes.toString('hex', keyStart, keyEnd));
  json.text('","value_b64":');
  json.base64(bytes, valueStart, valueEnd);
  json.text('}\n');
}
