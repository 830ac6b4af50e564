import { isValidUtf8, type JsonBytes } from '@ekv/dump-tree';
import { writeAttributes } from '../layout/attributes.ts';
import { writeInteger, writeOptionalText } from '../layout/json-members.ts';
import type { MessageFields, Text } from '../layout/message-fields.ts';

/**
 * Longest line that encode reads. A server takes messages of a mebibyte at most; this leaves room for six bytes of escapes for
 * each of theirs, and then some.
 */
export const LONGEST_LINE = 1 << 26;

/** Whether what a receive has changed is kept. */
export type Visibility = 'kept' | 'reset';

/** Writes a line of `messages.jsonl`; docs/format/06-sqs.md, section 4.6. */
export function writeMessageLine(json: JsonBytes, message: MessageFields, visibility: Visibility): void {
  json.reset();
  json.text('{"message_id":');
  json.string(message.id.bytes, message.id.start, message.id.end, 'plain');
  writeBody(json, message.body);
  writeOptionalText(json, ',"md5_of_body":', message.md5OfBody, 'plain');
  writeOptionalText(json, ',"md5_of_message_attributes":', message.md5OfAttributes, 'plain');
  if (message.attributes.size > 0) {
    json.text(',"message_attributes":');
    writeAttributes(json, message.attributes, 'file');
  }
  writeOptionalText(json, ',"sender_id":', message.senderId, 'plain');
  const { sendTimestampMillis, availableAtMillis } = message;
  writeInteger(json, ',"send_timestamp_millis":', sendTimestampMillis);
  writeInteger(json, ',"available_at_millis":', availableAtMillis);
  if (visibility === 'kept') writeVisibility(json, message);
  else json.text(',"visible_at_millis":0,"receive_count":0');
  writeInteger(json, ',"queue_generation":', message.queueGeneration);
  writeOptionalText(json, ',"message_group_id":', message.groupId, 'plain');
  writeOptionalText(json, ',"message_deduplication_id":', message.deduplicationId, 'plain');
  if (message.sequenceNumber !== 0n) writeInteger(json, ',"sequence_number":', message.sequenceNumber);
  writeOptionalText(json, ',"dead_letter_source_arn":', message.deadLetterSourceArn, 'plain');
  if (message.partition !== undefined) writeInteger(json, ',"partition":', message.partition);
  json.text('}\n');
}

function writeBody(json: JsonBytes, { bytes, start, end }: Text): void {
  json.text(',"body":');
  if (isValidUtf8(bytes, start, end)) return json.string(bytes, start, end, 'html');
  json.text('{"base64":');
  json.base64(bytes, start, end);
  json.text('}');
}

function writeVisibility(json: JsonBytes, message: MessageFields): void {
  const { visibleAtMillis, receiveCount, firstReceiveMillis, receiptToken } = message;
  writeInteger(json, ',"visible_at_millis":', visibleAtMillis);
  writeInteger(json, ',"receive_count":', receiveCount);
  if (firstReceiveMillis !== 0n) writeInteger(json, ',"first_receive_millis":', firstReceiveMillis);
  if (receiptToken.length === 0) return;
  json.text(',"current_receipt_token":');
  json.base64(receiptToken.bytes, receiptToken.start, receiptToken.end, 'base64');
}
