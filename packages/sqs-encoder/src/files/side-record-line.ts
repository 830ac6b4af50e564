import type { JsonBytes } from '@ekv/dump-tree';

/** Writes a line of `side_records.jsonl`; docs/format/06-sqs.md, section 4.7. The key is `bytes[keyStart, keyEnd)`. */
export function writeSideRecordLine(
  json: JsonBytes,
  family: string,
  bytes: Buffer,
  keyStart: number,
  keyEnd: number,
  valueStart: number,
  valueEnd: number,
): void {
  json.reset();
  json.text(`{"prefix":"${family}","key_hex":"`);
  json.text(bytes.toString('hex', keyStart, keyEnd));
  json.text('","value_b64":');
  json.base64(bytes, valueStart, valueEnd);
  json.text('}\n');
}
