import { U32_MAX } from '@ekv/adapter';
import { isValidUtf8, type JsonBytes, type JsonReader, type UnknownFields } from '@ekv/dump-tree';
import { readAttributes, writeAttributes } from '../layout/attributes.ts';
import { readUnpaddedBase64 } from '../layout/base64-field.ts';
import { ascii, writeInteger, writeOptionalText } from '../layout/json-members.ts';
import { MessageFields, readMessageField } from '../layout/message-fields.ts';
import type { Text } from '../layout/text.ts';

/**
 * Longest line that encode reads. A server takes messages of a mebibyte at most; this leaves room for six bytes of escapes for
 * each of theirs, and then some.
 */
export const LONGEST_LINE = 1 << 26;

/** Whether what a receive has changed is kept. */
export type Visibility = 'kept' | 'reset';

/** Names of members, with all that stands before their values. */
const NAMES = {
  id: ascii('{"message_id":'),
  body: ascii(',"body":'),
  md5OfBody: ascii(',"md5_of_body":'),
  md5OfAttributes: ascii(',"md5_of_message_attributes":'),
  attributes: ascii(',"message_attributes":'),
  sender: ascii(',"sender_id":'),
  sent: ascii(',"send_timestamp_millis":'),
  available: ascii(',"available_at_millis":'),
  generation: ascii(',"queue_generation":'),
  resetGeneration: ascii(',"visible_at_millis":0,"receive_count":0,"queue_generation":'),
  group: ascii(',"message_group_id":'),
  deduplicationId: ascii(',"message_deduplication_id":'),
  sequence: ascii(',"sequence_number":'),
  source: ascii(',"dead_letter_source_arn":'),
  partition: ascii(',"partition":'),
} as const;
const END = ascii('}');

/** Writes a line of `messages.jsonl`; docs/format/06-sqs.md, section 4.6. */
export function writeMessageLine(json: JsonBytes, message: MessageFields, visibility: Visibility): void {
  json.reset();
  json.text(NAMES.id);
  json.string(message.id.bytes, message.id.start, message.id.end, 'plain');
  json.text(NAMES.body);
  const { body } = message;
  writeBody(json, body.bytes, body.start, body.end, message.isBodyAscii);
  writeOptionalText(json, NAMES.md5OfBody, message.md5OfBody, 'plain');
  writeOptionalText(json, NAMES.md5OfAttributes, message.md5OfAttributes, 'plain');
  if (message.attributes.size > 0) {
    json.text(NAMES.attributes);
    writeAttributes(json, message.attributes, 'file');
  }
  writeOptionalText(json, NAMES.sender, message.senderId, 'plain');
  writeInteger(json, NAMES.sent, message.sendTimestampMillis);
  writeInteger(json, NAMES.available, message.availableAtMillis);
  if (visibility === 'kept') writeVisibility(json, message);
  writeInteger(json, visibility === 'kept' ? NAMES.generation : NAMES.resetGeneration, message.queueGeneration);
  writeOptionalText(json, NAMES.group, message.groupId, 'plain');
  writeOptionalText(json, NAMES.deduplicationId, message.deduplicationId, 'plain');
  if (message.sequenceNumber !== 0n) writeInteger(json, NAMES.sequence, message.sequenceNumber);
  writeOptionalText(json, NAMES.source, message.deadLetterSourceArn, 'plain');
  if (message.partition !== undefined) writeInteger(json, NAMES.partition, message.partition);
  json.text('}\n');
}

/** @param isAscii is known; false where nobody looked. */
export function writeBody(json: JsonBytes, bytes: Buffer, start: number, end: number, isAscii: boolean): void {
  if (isAscii || isValidUtf8(bytes, start, end)) return json.string(bytes, start, end, 'html');
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

/** Reads the messages of a `messages.jsonl` one after the other, all into one object; sections 4.6 and 5.1. */
export class MessageLineReader {
  readonly #reader: JsonReader;
  readonly #unknownFields: UnknownFields;
  readonly #shown: string;
  readonly message = new MessageFields();
  /** Where the message at hand begins, for the reader. */
  start = 0;

  /** @param reader on the message that is read next. @param shown path of the file, for people. */
  constructor(reader: JsonReader, unknownFields: UnknownFields, shown: string) {
    this.#reader = reader;
    this.#unknownFields = unknownFields;
    this.#shown = shown;
  }

  /** Line of the message at hand. */
  get number(): number {
    return this.#reader.lineAt(this.start);
  }

  /** File and line, for people. */
  shown(line: number): string {
    return `${this.#shown}:${line}`;
  }

  /** Throws DataError, with file, line and column, for what breaks the form of JSON or of a field. */
  read(): void {
    const reader = this.#reader;
    this.start = reader.mark();
    this.message.clear();
    if (this.#readAsWritten()) return;
    reader.back(this.start);
    this.message.clear();
    this.message.hasBody = false;
    if (!reader.takeNull()) reader.object(this.#onField, 'a message');
  }

  /** Reads a line as {@link writeMessageLine} writes it, its visibility reset; false for every other one. */
  #readAsWritten(): boolean {
    const reader = this.#reader;
    const { message } = this;
    if (!this.#isText(NAMES.id, message.id) || !this.#isText(NAMES.body, message.body)) return false;
    message.isBodyOrdinary = reader.isStringOrdinary;
    if (!this.#isText(NAMES.md5OfBody, message.md5OfBody, 'optional')) return false;
    if (!this.#isText(NAMES.md5OfAttributes, message.md5OfAttributes, 'optional')) return false;
    if (reader.takeBytes(NAMES.attributes)) {
      if (reader.peek() !== 'object') return false;
      readAttributes(reader, message.attributes, message.attributeValues, this.#onAttribute);
    }
    if (!this.#isText(NAMES.sender, message.senderId, 'optional')) return false;
    if (!reader.takeBytes(NAMES.sent)) return false;
    const sent = reader.shortInteger();
    if (sent === undefined || !reader.takeBytes(NAMES.available)) return false;
    const available = reader.shortInteger();
    if (available === undefined || !reader.takeBytes(NAMES.resetGeneration)) return false;
    const generation = reader.shortInteger();
    if (generation === undefined || generation < 0n) return false;
    message.sendTimestampMillis = sent;
    message.availableAtMillis = available;
    message.queueGeneration = generation;
    if (!this.#isText(NAMES.group, message.groupId, 'optional')) return false;
    if (!this.#isText(NAMES.deduplicationId, message.deduplicationId, 'optional')) return false;
    if (reader.takeBytes(NAMES.sequence)) {
      const sequence = reader.shortInteger();
      if (sequence === undefined || sequence < 0n) return false;
      message.sequenceNumber = sequence;
    }
    if (!this.#isText(NAMES.source, message.deadLetterSourceArn, 'optional')) return false;
    if (reader.takeBytes(NAMES.partition)) {
      const partition = reader.shortInteger();
      if (partition === undefined || partition < 0n || partition > U32_MAX) return false;
      message.partition = Number(partition);
    }
    return reader.takeBytes(END);
  }

  /** @returns whether there is a string after the name; of an optional one, also when the name is not there. */
  #isText(name: Uint8Array, into: Text, need: 'needed' | 'optional' = 'needed'): boolean {
    return this.#reader.takeBytes(name) ? this.#reader.takeStringRange(into) : need === 'optional';
  }

  readonly #onField = (field: string): void => {
    const reader = this.#reader;
    if (field === 'body') this.#readBody();
    else if (field === 'partition') {
      if (!reader.takeNull()) this.message.partition = Number(reader.integer('"partition"', 0n, U32_MAX));
    } else if (!readMessageField(reader, field, this.message, this.#onAttribute)) {
      this.#unknownFields.add(field, () => `${this.#shown}:${reader.lineAt(reader.mark())}`);
      reader.skip();
    }
  };

  /** Repeated members and lone surrogates inside are refused. */
  readonly #onAttribute = (): unknown => this.#reader.value();

  #readBody(): void {
    const reader = this.#reader;
    const { body } = this.message;
    const start = reader.mark();
    const kind = reader.peek();
    this.message.hasBody = true;
    if (kind === 'string') {
      reader.stringRange(body, '"body"');
      this.message.isBodyOrdinary = reader.isStringOrdinary;
    } else if (kind === 'null') reader.takeNull();
    else if (kind === 'object') body.set(this.#readBinaryBody(start));
    else reader.failAtMark(start, `"body" must be a string or an object with "base64", not ${kind}`);
  }

  #readBinaryBody(start: number): Buffer {
    const reader = this.#reader;
    let body: Buffer | undefined;
    reader.object((field) => {
      if (field !== 'base64') reader.fail(`"body" must have "base64" alone, not ${JSON.stringify(field)}`);
      body = readUnpaddedBase64(reader, '"base64"');
    });
    return body ?? reader.failAtMark(start, '"body" must be a string or an object with "base64"');
  }
}
