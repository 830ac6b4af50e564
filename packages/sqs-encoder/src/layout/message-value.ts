import type { JsonBytes, JsonReader } from '@ekv/dump-tree';
import { writeAttributes } from './attributes.ts';
import { readPaddedBase64 } from './base64-field.ts';
import { ENCODED_GENERATION } from './generation.ts';
import { ascii, writeInteger, writeOptionalText } from './json-members.ts';
import { type MessageFields, readMessageField } from './message-fields.ts';
import type { Text } from './text.ts';

/** What the value of a message row begins with. */
const MAGIC = '\0SM\x01';
export const MESSAGE_MAGIC = Buffer.from(MAGIC, 'latin1');

/** What a server changes when it gives a message out starts anew. */
const RESET = ascii(
  `,"visible_at_millis":0,"receive_count":0,"current_receipt_token":null,"queue_generation":${ENCODED_GENERATION}`,
);

/** Names of members, with all that stands before their values. */
const NAMES = {
  id: ascii(`${MAGIC}{"message_id":`),
  body: ascii(',"body":'),
  md5OfBody: ascii(',"md5_of_body":'),
  md5OfAttributes: ascii(',"md5_of_message_attributes":'),
  attributes: ascii(',"message_attributes":'),
  sender: ascii(',"sender_id":'),
  sent: ascii(',"send_timestamp_millis":'),
  available: ascii(',"available_at_millis":'),
  group: ascii(',"message_group_id":'),
  deduplicationId: ascii(',"message_deduplication_id":'),
  sequence: ascii(',"sequence_number":'),
  source: ascii(',"dead_letter_source_arn":'),
} as const;

/** Whether a message keeps what receives have changed in it, and its generation. */
export type Receives = 'kept' | 'reset';

/**
 * Writes the value of a message row. docs/format/06-sqs.md, section 2.2.
 *
 * @param receives `reset`: as of a message that was never received, last column.
 */
export function writeMessageValue(json: JsonBytes, message: MessageFields, receives: Receives = 'reset'): void {
  json.reset();
  json.text(NAMES.id);
  text(json, message.id);
  json.text(NAMES.body);
  if (message.hasBody) json.base64(message.body.bytes, message.body.start, message.body.end, 'base64');
  else json.text('null');
  json.text(NAMES.md5OfBody);
  text(json, message.md5OfBody);
  writeOptionalText(json, NAMES.md5OfAttributes, message.md5OfAttributes, 'html');
  if (message.attributes.size > 0) {
    json.text(NAMES.attributes);
    writeAttributes(json, message.attributes, 'row');
  }
  writeOptionalText(json, NAMES.sender, message.senderId, 'html');
  const { sendTimestampMillis, availableAtMillis } = message;
  writeInteger(json, NAMES.sent, sendTimestampMillis);
  writeInteger(json, NAMES.available, availableAtMillis);
  if (receives === 'reset') json.text(RESET);
  else writeReceives(json, message);
  writeOptionalText(json, NAMES.group, message.groupId, 'html');
  writeOptionalText(json, NAMES.deduplicationId, message.deduplicationId, 'html');
  if (message.sequenceNumber !== 0n) writeInteger(json, NAMES.sequence, message.sequenceNumber);
  writeOptionalText(json, NAMES.source, message.deadLetterSourceArn, 'html');
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
        if (!reader.takeNull()) readBody(reader, message);
      } else if (!readMessageField(reader, field, message, onAttribute)) reader.skip();
    }, 'a message');
  }
  reader.end();
}

function readBody(reader: JsonReader, message: MessageFields): void {
  const { body, bodyRoom } = message;
  readPaddedBase64(reader, '"body"', body, bodyRoom);
  message.isBodyAscii = body.bytes === bodyRoom.bytes && bodyRoom.isAscii;
}

function text(json: JsonBytes, { bytes, start, end }: Text): void {
  json.string(bytes, start, end, 'html');
}
