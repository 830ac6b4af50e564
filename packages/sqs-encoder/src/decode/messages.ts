import { asRowError, checkMagic, I64_MAX, I64_MIN, rowError, writeSortable, writeU64 } from '@ekv/adapter';
import { JsonReader } from '@ekv/dump-tree';
import { DataError, type RowCursor } from '@ekv/snapshot';
import { LONGEST_LINE, writeMessageLine } from '../files/message-line.ts';
import { MESSAGE_ROWS } from '../layout/families.ts';
import { attributesMd5, bodyMd5 } from '../layout/md5.ts';
import { MessageFields, wasReceived } from '../layout/message-fields.ts';
import { MESSAGE_MAGIC, readMessageValue } from '../layout/message-value.ts';
import { type KeyParts, messageKeyParts } from '../layout/row-keys.ts';
import { typedAttributes } from '../layout/typed-attribute.ts';
import { REFUSED_ATTRIBUTE, REPAIRED_TEXT } from '../sense/stored-kinds.ts';
import { refuse, refuseUnusableMessage } from './damaged-rows.ts';
import type { DecodeContext } from './decode-context.ts';
import { KIND, type QueueRow } from './queue-sort.ts';
import { addRowFindings } from './row-findings.ts';

/** Order of a message in the sort: send time, sequence number, id. */
export const MESSAGE_ORDER = { sendTime: 0, sequence: 8, id: 16 } as const;
/** Payload of a message in the sort: u8 flags, u64 generation, then the line. */
export const MESSAGE_PAYLOAD = { flags: 0, generation: 1, line: 9 } as const;
export const WAS_RECEIVED = 1;
export const HAS_DEDUPLICATION_ID = 2;
export const HAS_WRONG_BODY_MD5 = 4;
export const HAS_WRONG_ATTRIBUTES_MD5 = 8;
export const HAS_LONG_LINE = 16;

/** Reads the message rows and puts the line of each into the sort; docs/format/06-sqs.md, sections 4.2, 4.3 and 4.6. */
export function readMessages(context: DecodeContext): void {
  const reader = new MessageRowReader(context);
  for (const rows = context.source.rows(MESSAGE_ROWS); rows.next(); ) {
    try {
      reader.read(rows);
    } catch (error) {
      refuse(context, error);
    }
  }
}

/** Reads one message at a time; as a row of the sort it is that message. */
class MessageRowReader implements QueueRow {
  readonly #context: DecodeContext;
  readonly #reader = new JsonReader('repaired');
  /** Says whether encode would take the text of an attribute. */
  readonly #strict = new JsonReader();
  readonly #message = new MessageFields();
  #flags = 0;
  orderBytes = 0;
  payloadBytes = 0;
  #refused = 0;
  /** Strings that the reader repaired inside attribute values, which are carried as they are. */
  #passedOver = 0;

  constructor(context: DecodeContext) {
    this.#context = context;
  }

  /** Throws RowError for a row that breaks a rule. */
  read(row: RowCursor): void {
    const parts = messageKeyParts(row);
    if (parts.rule !== undefined) throw rowError(row, `malformed SQS key: ${parts.rule}`);
    this.#readValue(row);
    if (this.#context.source.damage !== undefined) refuseUnusableMessage(row, parts, this.#message);
    this.#message.partition = parts.partition;
    if (this.#context.shiftMs !== 0n) this.#move(row);
    this.#add(parts);
  }

  #readValue(row: RowCursor): void {
    const { bytes, valueStart, valueEnd } = row;
    checkMagic(row, MESSAGE_MAGIC, '!sqs|msg|data');
    const before = this.#reader.repaired;
    this.#refused = this.#passedOver = 0;
    this.#reader.reset('invalid !sqs|msg|data value', bytes, valueStart + MESSAGE_MAGIC.length, valueEnd);
    try {
      readMessageValue(this.#reader, this.#message, this.#onAttribute);
    } catch (error) {
      throw asRowError(row, error);
    }
    const repaired = this.#reader.repaired - before - this.#passedOver;
    addRowFindings(this.#context, row, REPAIRED_TEXT, repaired);
    addRowFindings(this.#context, row, REFUSED_ATTRIBUTE, this.#refused);
  }

  readonly #onAttribute = (): unknown => {
    const reader = this.#reader;
    const start = reader.mark();
    const before = reader.repaired;
    reader.skip();
    this.#passedOver += reader.repaired - before;
    const text = reader.between(start, reader.mark());
    try {
      this.#strict.reset('', text);
      return this.#strict.value();
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      this.#refused++;
      return undefined;
    }
  };

  /** Times that are not set stay so. */
  #move(row: RowCursor): void {
    const message = this.#message;
    message.sendTimestampMillis = this.#moved(row, message.sendTimestampMillis);
    message.availableAtMillis = this.#moved(row, message.availableAtMillis);
    if (message.visibleAtMillis !== 0n) message.visibleAtMillis = this.#moved(row, message.visibleAtMillis);
    if (message.firstReceiveMillis !== 0n) message.firstReceiveMillis = this.#moved(row, message.firstReceiveMillis);
  }

  #moved(row: RowCursor, millis: bigint): bigint {
    const moved = millis + this.#context.shiftMs;
    if (moved >= I64_MIN && moved <= I64_MAX) return moved;
    throw rowError(row, `the time ${millis} cannot be moved by ${this.#context.shiftMs} ms`);
  }

  #add(queue: KeyParts): void {
    const message = this.#message;
    const { json, queueSort, preserveVisibility } = this.#context;
    writeMessageLine(json, message, preserveVisibility ? 'kept' : 'reset');
    this.#flags = flagsOf(message) | (json.length > LONGEST_LINE ? HAS_LONG_LINE : 0);
    this.orderBytes = MESSAGE_ORDER.id + message.id.length;
    this.payloadBytes = MESSAGE_PAYLOAD.line + json.length;
    queueSort.addFilled(KIND.message, queue, this);
  }

  fill(into: Buffer, at: number): void {
    const { id, sendTimestampMillis, sequenceNumber, queueGeneration } = this.#message;
    writeSortable(into, at + MESSAGE_ORDER.sendTime, sendTimestampMillis);
    writeU64(into, at + MESSAGE_ORDER.sequence, sequenceNumber);
    id.bytes.copy(into, at + MESSAGE_ORDER.id, id.start, id.end);
    const payload = at + this.orderBytes;
    into[payload + MESSAGE_PAYLOAD.flags] = this.#flags;
    writeU64(into, payload + MESSAGE_PAYLOAD.generation, queueGeneration);
    into.set(this.#context.json.view(), payload + MESSAGE_PAYLOAD.line);
  }
}

function flagsOf(message: MessageFields): number {
  const { md5OfBody, md5OfAttributes, attributeValues } = message;
  let flags = wasReceived(message) ? WAS_RECEIVED : 0;
  if (message.deduplicationId.length > 0) flags |= HAS_DEDUPLICATION_ID;
  if (md5OfBody.length > 0 && !md5OfBody.equals(bodyMd5(message.body.view()))) flags |= HAS_WRONG_BODY_MD5;
  if (md5OfAttributes.length === 0) return flags;
  const md5 = attributesMd5(typedAttributes(attributeValues));
  return md5 === undefined || md5OfAttributes.equals(md5) ? flags : flags | HAS_WRONG_ATTRIBUTES_MD5;
}
