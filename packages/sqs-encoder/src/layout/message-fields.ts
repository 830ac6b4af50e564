import { Base64Room } from '@ekv/adapter';
import type { JsonReader } from '@ekv/dump-tree';
import { type Attributes, type AttributeValues, readAttributes } from './attributes.ts';
import { readPaddedBase64 } from './base64-field.ts';
import { Text } from './text.ts';

/**
 * A message, as its row and its line hold it; docs/format/06-sqs.md, sections 2.2 and 4.6. Texts are parts of the
 * bytes that are read, so a message is valid as long as they are. Reused from message to message.
 */
export class MessageFields {
  readonly id = new Text();
  readonly body = new Text();
  /** False: the row has `null`. */
  hasBody = true;
  /** Whether the body is known to be text that SQS transports; false where nobody looked. */
  isBodyOrdinary = false;
  /** Whether the body is known to be ASCII; false where nobody looked. */
  isBodyAscii = false;
  readonly md5OfBody = new Text();
  readonly md5OfAttributes = new Text();
  readonly attributes: Attributes = new Map();
  readonly attributeValues: AttributeValues = new Map();
  readonly senderId = new Text();
  sendTimestampMillis = 0n;
  availableAtMillis = 0n;
  visibleAtMillis = 0n;
  receiveCount = 0n;
  firstReceiveMillis = 0n;
  readonly receiptToken = new Text();
  /** Where receipt tokens and bodies stand that were base64. */
  readonly receiptRoom = new Base64Room();
  readonly bodyRoom = new Base64Room();
  queueGeneration = 0n;
  readonly groupId = new Text();
  readonly deduplicationId = new Text();
  sequenceNumber = 0n;
  readonly deadLetterSourceArn = new Text();
  /** `undefined` when nothing says it, as in a queue that is not partitioned. */
  partition: number | undefined = undefined;

  clear(): void {
    this.id.clear();
    this.body.clear();
    this.hasBody = true;
    this.isBodyOrdinary = this.isBodyAscii = false;
    this.md5OfBody.clear();
    this.md5OfAttributes.clear();
    if (this.attributes.size > 0) {
      this.attributes.clear();
      this.attributeValues.clear();
    }
    this.senderId.clear();
    this.sendTimestampMillis = this.availableAtMillis = this.visibleAtMillis = this.receiveCount = 0n;
    this.firstReceiveMillis = this.queueGeneration = this.sequenceNumber = 0n;
    this.receiptToken.clear();
    this.groupId.clear();
    this.deduplicationId.clear();
    this.deadLetterSourceArn.clear();
    this.partition = undefined;
  }
}

/**
 * Whether the message was received, which a round trip forgets. Neither a token nor a visible-at says so: a server stores
 * both when it takes a message. docs/format/06-sqs.md, section 4.9.
 */
export function wasReceived(message: MessageFields): boolean {
  return message.receiveCount > 0n || message.firstReceiveMillis > 0n;
}

/**
 * Reads the value of a field that row and line share, all but `body`. `null` leaves the field as it was.
 *
 * @param onAttribute must pass over the value of an attribute and give what it means.
 * @returns false when the name is none of these fields; then nothing was read.
 */
export function readMessageField(
  reader: JsonReader,
  field: string,
  message: MessageFields,
  onAttribute: () => unknown,
): boolean {
  const read = READERS[field];
  if (read !== undefined) {
    if (!reader.takeNull()) read(reader, message);
    return true;
  }
  if (field !== 'message_attributes') return false;
  if (!reader.takeNull()) readAttributes(reader, message.attributes, message.attributeValues, onAttribute);
  return true;
}

type FieldReader = (reader: JsonReader, message: MessageFields) => void;

const READERS: Readonly<Record<string, FieldReader>> = Object.assign(Object.create(null), {
  message_id: (reader, message) => {
    reader.stringRange(message.id, '"message_id"');
  },
  md5_of_body: (reader, message) => {
    reader.stringRange(message.md5OfBody, '"md5_of_body"');
  },
  md5_of_message_attributes: (reader, message) => {
    reader.stringRange(message.md5OfAttributes, '"md5_of_message_attributes"');
  },
  sender_id: (reader, message) => {
    reader.stringRange(message.senderId, '"sender_id"');
  },
  send_timestamp_millis: (reader, message) => {
    message.sendTimestampMillis = reader.int64('"send_timestamp_millis"');
  },
  available_at_millis: (reader, message) => {
    message.availableAtMillis = reader.int64('"available_at_millis"');
  },
  visible_at_millis: (reader, message) => {
    message.visibleAtMillis = reader.int64('"visible_at_millis"');
  },
  receive_count: (reader, message) => {
    message.receiveCount = reader.int64('"receive_count"');
  },
  first_receive_millis: (reader, message) => {
    message.firstReceiveMillis = reader.int64('"first_receive_millis"');
  },
  current_receipt_token: (reader, message) => {
    readPaddedBase64(reader, '"current_receipt_token"', message.receiptToken, message.receiptRoom);
  },
  queue_generation: (reader, message) => {
    message.queueGeneration = reader.uint64('"queue_generation"');
  },
  message_group_id: (reader, message) => {
    reader.stringRange(message.groupId, '"message_group_id"');
  },
  message_deduplication_id: (reader, message) => {
    reader.stringRange(message.deduplicationId, '"message_deduplication_id"');
  },
  sequence_number: (reader, message) => {
    message.sequenceNumber = reader.uint64('"sequence_number"');
  },
  dead_letter_source_arn: (reader, message) => {
    reader.stringRange(message.deadLetterSourceArn, '"dead_letter_source_arn"');
  },
} satisfies Record<string, FieldReader>);
