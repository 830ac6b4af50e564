import type { JsonReader } from '@ekv/dump-tree';
import { type Attributes, readAttributes } from './attributes.ts';
import { readPaddedBase64 } from './base64-field.ts';
import { I64_MAX, I64_MIN, U64_MAX } from './integers.ts';

const NOTHING = Buffer.alloc(0);

/**
 * A message, as its row and its line hold it; docs/format/06-sqs.md, sections 2.2 and 4.6. Texts are UTF-8. Views into the
 * bytes that are read are kept, so a message is valid as long as they are. Reused from message to message.
 */
export class MessageFields {
  id: Buffer = NOTHING;
  /** `undefined` stands for `null` in the row. */
  body: Buffer | undefined = NOTHING;
  md5OfBody: Buffer = NOTHING;
  md5OfAttributes: Buffer = NOTHING;
  readonly attributes: Attributes = new Map();
  senderId: Buffer = NOTHING;
  sendTimestampMillis = 0n;
  availableAtMillis = 0n;
  visibleAtMillis = 0n;
  receiveCount = 0n;
  firstReceiveMillis = 0n;
  receiptToken: Buffer = NOTHING;
  queueGeneration = 0n;
  groupId: Buffer = NOTHING;
  deduplicationId: Buffer = NOTHING;
  sequenceNumber = 0n;
  deadLetterSourceArn: Buffer = NOTHING;
  /** `undefined` when nothing tells it: in a queue that is not partitioned. */
  partition: number | undefined = undefined;

  clear(): void {
    this.id = this.body = this.md5OfBody = this.md5OfAttributes = this.senderId = this.receiptToken = NOTHING;
    this.groupId = this.deduplicationId = this.deadLetterSourceArn = NOTHING;
    if (this.attributes.size > 0) this.attributes.clear();
    this.sendTimestampMillis = this.availableAtMillis = this.visibleAtMillis = this.receiveCount = 0n;
    this.firstReceiveMillis = this.queueGeneration = this.sequenceNumber = 0n;
    this.partition = undefined;
  }
}

/** Whether someone has the message in hand, or had: what a round trip resets. Section 8, row 12. */
export function isInFlight(message: MessageFields): boolean {
  return (
    message.receiveCount !== 0n ||
    message.firstReceiveMillis !== 0n ||
    message.receiptToken.length > 0 ||
    message.visibleAtMillis > message.availableAtMillis
  );
}

/**
 * Reads the value of a field that row and line share, all but `body`. `null` leaves the field as it was.
 *
 * @param onAttribute must pass over the value of an attribute.
 * @returns false when the name is none of these fields; then nothing was read.
 */
export function readMessageField(
  reader: JsonReader,
  field: string,
  message: MessageFields,
  onAttribute: () => void,
): boolean {
  const read = READERS[field];
  if (read !== undefined) {
    if (!reader.takeNull()) read(reader, message);
    return true;
  }
  if (field !== 'message_attributes') return false;
  if (!reader.takeNull()) readAttributes(reader, message.attributes, onAttribute);
  return true;
}

type FieldReader = (reader: JsonReader, message: MessageFields) => void;

const i64 = (reader: JsonReader, what: string) => reader.integer(what, I64_MIN, I64_MAX);
const u64 = (reader: JsonReader, what: string) => reader.integer(what, 0n, U64_MAX);

const READERS: Readonly<Record<string, FieldReader>> = Object.assign(Object.create(null), {
  message_id: (reader, message) => {
    message.id = reader.stringBytes('"message_id"');
  },
  md5_of_body: (reader, message) => {
    message.md5OfBody = reader.stringBytes('"md5_of_body"');
  },
  md5_of_message_attributes: (reader, message) => {
    message.md5OfAttributes = reader.stringBytes('"md5_of_message_attributes"');
  },
  sender_id: (reader, message) => {
    message.senderId = reader.stringBytes('"sender_id"');
  },
  send_timestamp_millis: (reader, message) => {
    message.sendTimestampMillis = i64(reader, '"send_timestamp_millis"');
  },
  available_at_millis: (reader, message) => {
    message.availableAtMillis = i64(reader, '"available_at_millis"');
  },
  visible_at_millis: (reader, message) => {
    message.visibleAtMillis = i64(reader, '"visible_at_millis"');
  },
  receive_count: (reader, message) => {
    message.receiveCount = i64(reader, '"receive_count"');
  },
  first_receive_millis: (reader, message) => {
    message.firstReceiveMillis = i64(reader, '"first_receive_millis"');
  },
  current_receipt_token: (reader, message) => {
    message.receiptToken = readPaddedBase64(reader, '"current_receipt_token"');
  },
  queue_generation: (reader, message) => {
    message.queueGeneration = u64(reader, '"queue_generation"');
  },
  message_group_id: (reader, message) => {
    message.groupId = reader.stringBytes('"message_group_id"');
  },
  message_deduplication_id: (reader, message) => {
    message.deduplicationId = reader.stringBytes('"message_deduplication_id"');
  },
  sequence_number: (reader, message) => {
    message.sequenceNumber = u64(reader, '"sequence_number"');
  },
  dead_letter_source_arn: (reader, message) => {
    message.deadLetterSourceArn = reader.stringBytes('"dead_letter_source_arn"');
  },
} satisfies Record<string, FieldReader>);
