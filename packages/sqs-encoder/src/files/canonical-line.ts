import type { JsonBytes } from '@ekv/dump-tree';
import type { CanonicalValue } from '../layout/canonical-value.ts';
import { ascii, writeInteger } from '../layout/json-members.ts';
import { writeBody } from './message-line.ts';

const RESET = ascii(',"visible_at_millis":0,"receive_count":0');
const PARTITION = ascii(',"partition":');

/** As {@link writeMessageLine}, of a message whose visibility is reset: nearly all of the line stands in the value. */
export function writeCanonicalLine(json: JsonBytes, value: CanonicalValue, partition: number | undefined): void {
  const { bytes, body } = value;
  json.reset();
  json.raw(bytes, value.headStart, value.headEnd);
  writeBody(json, body.bytes, 0, body.length, body.isAscii);
  json.raw(bytes, value.middleStart, value.middleEnd);
  json.text(RESET);
  json.raw(bytes, value.tailStart, value.tailEnd);
  if (partition !== undefined) writeInteger(json, PARTITION, partition);
  json.text('}\n');
}
