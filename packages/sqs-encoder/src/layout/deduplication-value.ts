import type { ByteRange, JsonBytes } from '@ekv/dump-tree';
import { writeInteger } from './json-members.ts';

/** How long a server remembers a message, ms. */
const WINDOW_MILLIS = 300_000n;

/**
 * Writes the value of a deduplication row; docs/format/06-sqs.md, sections 2.3 and 5.3. Decode only counts these rows and passes them on.
 *
 * @param sequence 0 = the message has none.
 */
export function writeDeduplicationValue(json: JsonBytes, id: ByteRange, sentMillis: bigint, sequence: bigint): void {
  json.reset();
  json.text('{"message_id":');
  json.string(id.bytes, id.start, id.end, 'html');
  writeInteger(json, ',"send_timestamp_ms":', sentMillis);
  writeInteger(json, ',"expires_at_millis":', BigInt.asIntN(64, sentMillis + WINDOW_MILLIS));
  if (sequence !== 0n) writeInteger(json, ',"original_sequence":', sequence);
  json.text('}');
}
