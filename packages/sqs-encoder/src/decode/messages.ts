import { asRowError, checkMagic, I64_MAX, I64_MIN, rowError, writeSortable, writeU64 } from '@ekv/adapter';
import type { ByteRange } from '@ekv/dump-tree';
import type { RowCursor } from '@ekv/snapshot';
import { MESSAGE_ROWS } from '../layout/families.ts';
import type { MessageFields } from '../layout/message-fields.ts';
import { MESSAGE_MAGIC } from '../layout/message-value.ts';
import { messageKeyParts } from '../layout/row-keys.ts';
import { REFUSED_ATTRIBUTE, REPAIRED_TEXT } from '../sense/stored-kinds.ts';
import { refuseUnusableMessage } from './damaged-rows.ts';
import { type AttributeUse, MessageValues } from './message-values.ts';
import { KIND, type QueueRow } from './queue-sort.ts';
import { addRowFindings } from './row-findings.ts';
import type { WalkContext } from './walk-context.ts';

/** Order of a message in the sort: send time, sequence number, id. */
export const MESSAGE_ORDER = { sendTime: 0, sequence: 8, id: 16 } as const;
/** Payload of a message in the sort: u64 generation, then what its form makes of it. */
export const MESSAGE_PAYLOAD = { generation: 0, form: 8 } as const;

/** What goes through the sort of a message: the line of a file, or what a program reads. */
export interface MessageForm {
  /** Whether {@link take} looks at attributes. */
  readonly attributes: AttributeUse;
  /** Takes the next message, which was read from the row. @returns bytes for {@link fill}. */
  take(message: MessageFields, row: RowCursor): number;
  /** Writes it to `into`, from `at` on. */
  fill(into: Buffer, at: number): void;
}

/** A row of which the value counts. */
export type MessageRow = Pick<RowCursor, 'bytes' | 'valueStart' | 'valueEnd'>;

/** Takes rows without a look at each field, where that gives the same as the form; as a row of the sort it is the message taken last. */
export interface MessageShortcut extends QueueRow {
  /** @returns whether it took the row. */
  take(row: MessageRow, partition: number | undefined): boolean;
}

/** How {@link readMessages} reads. */
interface MessagesOptions {
  /** Base64 part of a queue: rows of others are passed over. Default: all. */
  readonly only?: Buffer | undefined;
  /** Is asked first, where messages go to the sort as they are. */
  readonly shortcut?: MessageShortcut | undefined;
}

/** Reads the message rows and puts each into the sort, in the form given; docs/format/06-sqs.md, sections 4.2, 4.3 and 4.6. */
export function readMessages(context: WalkContext, form: MessageForm, options: MessagesOptions = {}): void {
  const reader = new MessageRowReader(context, form, options);
  for (const rows = context.source.rows(MESSAGE_ROWS); rows.next(); ) {
    try {
      reader.read(rows);
    } catch (error) {
      context.refuse(error);
    }
  }
}

/** Reads one message at a time; as a row of the sort it is that message. */
class MessageRowReader implements QueueRow {
  readonly #context: WalkContext;
  readonly #form: MessageForm;
  readonly #only: Buffer | undefined;
  readonly #shortcut: MessageShortcut | undefined;
  readonly #values: MessageValues;
  orderBytes = 0;
  payloadBytes = 0;

  constructor(context: WalkContext, form: MessageForm, { only, shortcut }: MessagesOptions) {
    this.#context = context;
    this.#form = form;
    this.#values = new MessageValues(form.attributes);
    this.#only = only;
    const areAsTheyAre = context.shiftMs === 0n && context.source.damage === undefined;
    this.#shortcut = areAsTheyAre ? shortcut : undefined;
  }

  /** Throws RowError for a row that breaks a rule. */
  read(row: RowCursor): void {
    const parts = messageKeyParts(row);
    if (parts.rule !== undefined) throw rowError(row, `malformed SQS key: ${parts.rule}`);
    if (this.#only !== undefined && !isPart(this.#only, parts)) return;
    if (this.#shortcut?.take(row, parts.partition)) {
      this.#context.queueSort.addFilled(KIND.message, parts, this.#shortcut);
      return;
    }
    this.#readValue(row);
    const { message } = this.#values;
    if (this.#context.source.damage !== undefined) refuseUnusableMessage(row, parts, message);
    message.partition = parts.partition;
    if (this.#context.shiftMs !== 0n) this.#move(row);
    this.orderBytes = MESSAGE_ORDER.id + message.id.length;
    this.payloadBytes = MESSAGE_PAYLOAD.form + this.#form.take(message, row);
    this.#context.queueSort.addFilled(KIND.message, parts, this);
  }

  #readValue(row: RowCursor): void {
    checkMagic(row, MESSAGE_MAGIC, '!sqs|msg|data');
    const values = this.#values;
    try {
      values.read(row.bytes, row.valueStart + MESSAGE_MAGIC.length, row.valueEnd);
    } catch (error) {
      throw asRowError(row, error);
    }
    addRowFindings(this.#context, row, REPAIRED_TEXT, values.repaired);
    addRowFindings(this.#context, row, REFUSED_ATTRIBUTE, values.refused);
  }

  /** Times that are not set stay so. */
  #move(row: RowCursor): void {
    const { message } = this.#values;
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

  fill(into: Buffer, at: number): void {
    const { id, sendTimestampMillis, sequenceNumber, queueGeneration } = this.#values.message;
    writeSortable(into, at + MESSAGE_ORDER.sendTime, sendTimestampMillis);
    writeU64(into, at + MESSAGE_ORDER.sequence, sequenceNumber);
    id.copyTo(into, at + MESSAGE_ORDER.id);
    const payload = at + this.orderBytes;
    writeU64(into, payload + MESSAGE_PAYLOAD.generation, queueGeneration);
    this.#form.fill(into, payload + MESSAGE_PAYLOAD.form);
  }
}

function isPart(part: Buffer, { bytes, start, end }: ByteRange): boolean {
  return part.length === end - start && part.compare(bytes, start, end) === 0;
}
