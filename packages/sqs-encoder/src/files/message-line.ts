import { isValidUtf8, type JsonBytes } from '@ekv/dump-tree';
import { writeAttributes } from '../layout/attributes.ts';
import type { MessageFields, Text } from '../layout/message-fields.ts';

/** Whether what a receive has changed is kept. */
export type Visibility = 'kept' | 'reset';

/** Writes a line of `messages.jsonl`; docs/format/06-sqs.md, section 4.6. */
export function writeMessageLine(json: JsonBytes, message: MessageFields, visibility: Visibility): void {
  json.reset();
  json.text('{"message_id":');
  json.string(message.id.bytes, message.id.start, message.id.end, 'plain');
  writeBody(json, message.body);
  optionalText(json, ',"md5_of_body":', message.md5OfBody);
  optionalText(json, ',"md5_of_message_attributes":', message.md5OfAttributes);
  if (message.attributes.size > 0) {
    json.text(',"message_attributes":');
    writeAttributes(json, message.attributes, 'file');
  }
  optionalText(json, ',"sender_id":', message.senderId);
  const { sendTimestampMillis, availableAtMillis } = message;
  json.text(`,"send_timestamp_millis":${sendTimestampMillis},"available_at_millis":${availableAtMillis}`);
  if (visibility === 'kept') writeVisibility(json, message);
  else json.text(',"visible_at_millis":0,"receive_count":0');
  json.text(`,"queue_generation":${message.queueGeneration}`);
  optionalText(json, ',"message_group_id":', message.groupId);
  optionalText(json, ',"message_deduplication_id":', message.deduplicationId);
  if (message.sequenceNumber !== 0n) json.text(`,"sequence_number":${message.sequenceNumber}`);
  optionalText(json, ',"dead_letter_source_arn":', message.deadLetterSourceArn);
  if (message.partition !== undefined) json.text(`,"partition":${message.partition}`);
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
  json.text(`,"visible_at_millis":${visibleAtMillis},"receive_count":${receiveCount}`);
  if (firstReceiveMillis !== 0n) json.text(`,"first_receive_millis":${firstReceiveMillis}`);
  if (receiptToken.length > 0) json.text(`,"current_receipt_token":"${receiptToken.toString('base64')}"`);
}

function optionalText(json: JsonBytes, name: string, { bytes, start, end }: Text): void {
  if (start === end) return;
  json.text(name);
  json.string(bytes, start, end, 'plain');
}
