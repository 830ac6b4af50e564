import type { JsonBytes, JsonReader } from '@ekv/dump-tree';
import { writeAttributes } from './attributes.ts';
import { readPaddedBase64 } from './base64-field.ts';
import { ENCODED_GENERATION } from './generation.ts';
import { writeInteger, writeOptionalText } from './json-members.ts';
import { type MessageFields, readMessageField, type Text } from './message-fields.ts';

/** What the value of a message row begins with. */
const MAGIC = '\0SM\x01';
export const MESSAGE_MAGIC = Buffer.from(MAGIC, 'latin1');

/** What a server changes when it gives a message out starts anew. */
const RESET = `,"visible_at_millis":0,"receive_count":0,"current_receipt_token":null,"queue_generation":${ENCODED_GENERATION}`;

/** Whether a message keeps what receives have changed in it, and its generation. */
export type Receives = 'kept' | 'reset';

/**
 * Writes the value of a message row. docs/format/06-sqs.md, section 2.2.
 *
 * @param receives `reset`: as of a message that was never received, last column.
 */
export function writeMessageValue(json: JsonBytes, message: MessageFields, receives: Receives = 'reset'): void {
  json.reset();
  json.text(`${MAGIC}{"message_id":`);
  text(json, message.id);
  json.text(',"body":');
  if (message.hasBody) json.base64(message.body.bytes, message.body.start, message.body.end, 'base64');
  else json.text('null');
  json.text(',"md5_of_body":');
  text(json, message.md5OfBody);
  writeOptionalText(json, ',"md5_of_message_attributes":', message.md5OfAttributes, 'html');
  if (message.attributes.size > 0) {
    json.text(',"message_attributes":');
    writeAttributes(json, message.attributes, 'row');
  }
  writeOptionalText(json, ',"sender_id":', message.senderId, 'html');
  const { sendTimestampMillis, availableAtMillis } = message;
  writeInteger(json, ',"send_timestamp_millis":', sendTimestampMillis);
  writeInteger(json, ',"available_at_millis":', availableAtMillis);
  if (receives === 'reset') json.text(RESET);
  else writeReceives(json, message);
  writeOptionalText(json, ',"message_group_id":', message.groupId, 'html');
  writeOptionalText(json, ',"message_deduplication_id":', message.deduplicationId, 'html');
  if (message.sequenceNumber !== 0n) writeInteger(json, ',"sequence_number":', message.sequenceNumber);
  writeOptionalText(json, ',"dead_letter_source_arn":', message.deadLetterSourceArn, 'html');
  json.text('}');
}

function writeReceives(json: JsonBytes, message: MessageFields): void {
  const { visibleAtMillis, receiveCount, firstReceiveMillis, receiptToken, queueGeneration } = message;
  writeInteger(json, ',"visible_at_millis":', visibleAtMillis);
  writeInteger(json, ',"receive_count":', receiveCount);
  if (firstReceiveMillis !== 0n) writeInteger(json, ',"first_receive_millis":', firstReceiveMillis);
  json.text(',"current_receipt_token":');
  if (receiptToken.length === 0) json.text('null');
  else json.base64(receiptToken.bytes, receiptToken.start, receiptToken.end, 'base64');
  writeInteger(json, ',"queue_generation":', queueGeneration);
}

/**
 * Reads the value of a message row, from after its magic on. `null` counts as an object without fields; unknown fields
 * are ignored. The reader must read by the rules `repaired`.
 *
 * @param onAttribute must pass over the value of an attribute and give what it means.
 */
export function readMessageValue(reader: JsonReader, message: MessageFields, onAttribute: () => unknown): void {
  message.clear();
  if (!reader.takeNull()) {
    reader.object((field) => {
      if (field === 'body') {
        if (!reader.takeNull()) message.body.set(readPaddedBase64(reader, '"body"'));
      } else if (!readMessageField(reader, field, message, onAttribute)) reader.skip();
    }, 'a message');
  }
  reader.end();
}

function text(json: JsonBytes, { bytes, start, end }: Text): void {
  json.string(bytes, start, end, 'html');
}
