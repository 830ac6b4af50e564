import { Base64Room, I64_MAX, I64_MIN, U32_MAX, U64_MAX } from '@ekv/adapter';
import type { JsonReader } from '@ekv/dump-tree';
import { readPaddedBase64 } from '../layout/base64-field.ts';
import { Text } from '../layout/text.ts';
import { moveQueueState, QUEUE_STATE_FIELDS, QueueState, readQueueStateLine } from './queue-state.ts';
import { fieldsOf, type SideForm, SideValue } from './side-values.ts';
import { deduplicationTail, idTail, stateOrder } from './state-files.ts';

type Fields = Readonly<Record<string, (reader: JsonReader) => void>>;
const NOTHING = Buffer.alloc(0);

const text = (reader: JsonReader, field: string) => Buffer.from(reader.stringBytes(`"${field}"`));

/** A line of a file of the whole state, read field by field, all lines into one object. */
export abstract class LineForm {
  queue: Buffer = NOTHING;
  abstract readonly fields: Fields;

  begin(): void {
    this.queue = NOTHING;
  }

  /** What is missing or wrong once all fields were read. */
  broken(): string | undefined {
    return this.queue.length === 0 ? '"queue" is missing or empty' : undefined;
  }

  /** What the lines of the file ascend by. */
  order(): Buffer {
    return stateOrder(this.queue);
  }

  /** Moves the times. */
  move(_moved: (millis: bigint) => bigint): void {}

  protected readonly queueField: Fields = {
    queue: (reader) => {
      this.queue = text(reader, 'queue');
    },
  };
}

/** A line of `queues.jsonl`. */
export class QueueLine extends LineForm {
  state: QueueState = new QueueState();
  readonly fields: Fields = {
    ...this.queueField,
    ...Object.fromEntries(
      QUEUE_STATE_FIELDS.map((field) => [field, (reader: JsonReader) => readQueueStateLine(reader, field, this.state)]),
    ),
  };

  override begin(): void {
    super.begin();
    this.state = new QueueState();
  }

  override broken(): string | undefined {
    return super.broken() ?? (this.state.generation === 0n ? '"generation" is missing or 0' : undefined);
  }

  override move(moved: (millis: bigint) => bigint): void {
    moveQueueState(this.state, moved);
  }
}

/** A line of `counters.jsonl`. */
export class CounterLine extends LineForm {
  generation: bigint | undefined;
  readonly fields: Fields = {
    ...this.queueField,
    generation: (reader) => {
      this.generation = reader.integer('"generation"', 0n, U64_MAX);
    },
  };

  override begin(): void {
    super.begin();
    this.generation = undefined;
  }

  override broken(): string | undefined {
    return super.broken() ?? (this.generation === undefined ? '"generation" is missing' : undefined);
  }
}

/** A line that stands for a row with a partition in its key, if its queue has some. */
abstract class PartLine extends LineForm {
  partition: number | undefined;

  override begin(): void {
    super.begin();
    this.partition = undefined;
  }

  protected readonly partFields: Fields = {
    ...this.queueField,
    partition: (reader) => {
      this.partition = Number(reader.integer('"partition"', 0n, U32_MAX));
    },
  };

  /** What follows the generation in the key. */
  abstract tail(): Buffer;

  override order(): Buffer {
    return stateOrder(this.queue, this.partition, this.tail());
  }
}

/** A line of `receives.jsonl`. */
export class ReceiveLine extends PartLine {
  messageId: Buffer = NOTHING;
  visibleAtMillis = 0n;
  receiveCount = 0n;
  firstReceiveMillis = 0n;
  receiptToken: Buffer = NOTHING;
  readonly #token = new Text();
  readonly #room = new Base64Room();
  readonly fields: Fields = {
    ...this.partFields,
    message_id: (reader) => {
      this.messageId = text(reader, 'message_id');
    },
    visible_at_millis: (reader) => {
      this.visibleAtMillis = reader.integer('"visible_at_millis"', I64_MIN, I64_MAX);
    },
    receive_count: (reader) => {
      this.receiveCount = reader.integer('"receive_count"', I64_MIN, I64_MAX);
    },
    first_receive_millis: (reader) => {
      this.firstReceiveMillis = reader.integer('"first_receive_millis"', I64_MIN, I64_MAX);
    },
    current_receipt_token: (reader) => {
      readPaddedBase64(reader, '"current_receipt_token"', this.#token, this.#room);
      this.receiptToken = Buffer.from(this.#token.view());
    },
  };

  override begin(): void {
    super.begin();
    this.messageId = this.receiptToken = NOTHING;
    this.visibleAtMillis = this.receiveCount = this.firstReceiveMillis = 0n;
  }

  override broken(): string | undefined {
    return super.broken() ?? (this.messageId.length === 0 ? '"message_id" is missing or empty' : undefined);
  }

  tail(): Buffer {
    return idTail({ bytes: this.messageId, start: 0, end: this.messageId.length });
  }

  override move(moved: (millis: bigint) => bigint): void {
    this.visibleAtMillis = moved(this.visibleAtMillis);
    this.firstReceiveMillis = moved(this.firstReceiveMillis);
  }
}

/** A line of `dedup.jsonl` or `locks.jsonl`. */
export class SideStateLine extends PartLine {
  group: Buffer | undefined;
  deduplicationId: Buffer | undefined;
  readonly value: SideValue;
  readonly fields: Fields;
  readonly #hasId: boolean;

  constructor(form: SideForm, names: 'deduplication id' | 'group') {
    super();
    this.value = new SideValue(form);
    this.#hasId = names === 'deduplication id';
    const id: Fields = {
      dedup_id: (reader) => {
        this.deduplicationId = text(reader, 'dedup_id');
      },
    };
    this.fields = {
      ...this.partFields,
      group: (reader) => {
        this.group = text(reader, 'group');
      },
      ...(this.#hasId ? id : {}),
      ...Object.fromEntries(
        fieldsOf(form).map((field) => [field, (reader: JsonReader) => this.value.read(reader, field)]),
      ),
    };
  }

  override begin(): void {
    super.begin();
    this.group = this.deduplicationId = undefined;
    this.value.clear();
  }

  override broken(): string | undefined {
    if (this.#hasId && this.deduplicationId === undefined) return '"dedup_id" is missing';
    const needsGroup = !this.#hasId || this.partition !== undefined;
    if (needsGroup !== (this.group !== undefined))
      return needsGroup ? '"group" is missing' : '"group" goes with "partition"';
    return super.broken();
  }

  tail(): Buffer {
    if (this.#hasId) return deduplicationTail(this.deduplicationId!, this.group);
    return Buffer.from(this.group!.toString('base64url'));
  }

  override move(moved: (millis: bigint) => bigint): void {
    this.value.move(moved);
  }
}
