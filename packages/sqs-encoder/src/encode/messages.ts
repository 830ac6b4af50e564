import { closeSync } from 'node:fs';
import { JsonSequence } from '@ekv/dump-tree';
import { LONGEST_LINE } from '../files/message-line.ts';
import { readUnpaddedBase64 } from '../layout/base64-field.ts';
import { I64_MAX, U32_MAX } from '../layout/integers.ts';
import { MessageFields, readMessageField } from '../layout/message-fields.ts';
import { partitionOf } from '../layout/partition.ts';
import type { QueueSettings } from '../layout/queue-settings.ts';
import { textOf } from '../layout/settings-rules.ts';
import type { MessagePlaces } from '../sense/message-findings.ts';
import type { EncodeContext } from './encode-context.ts';

/**
 * The messages of an open `messages.jsonl`, in the order of the file, completed and moved in time as the context says;
 * docs/format/06-sqs.md, sections 5.1 and 5.3. The same object is given for each. What a server or its clients cannot use becomes
 * a finding.
 *
 * What breaks the form of JSON ends the file; a message that breaks a rule is a problem, and the next one is read.
 */
export function* messagesOf(context: EncodeContext, path: string, settings: QueueSettings): Generator<MessageFields> {
  const { tree, reader, problems, messageFindings, completion } = context;
  const file = tree.openOptional(path, 'recorded of JSON');
  if (file === undefined) return;
  try {
    const shown = tree.display(path);
    const sequence = new JsonSequence(file.fd, shown, reader, LONGEST_LINE);
    const lines = new MessageLines(context, shown, settings);
    messageFindings.begin(settings, lines);
    completion?.begin(settings);
    while (sequence.next()) {
      lines.read();
      const broken = completion?.complete(lines.message) ?? lines.brokenRule() ?? lines.move();
      if (broken === undefined) {
        messageFindings.take(lines.message);
        yield lines.message;
      } else problems.attempt(() => reader.failAtMark(lines.start, broken));
    }
    messageFindings.end();
  } finally {
    closeSync(file.fd);
  }
}

class MessageLines implements MessagePlaces {
  readonly #context: EncodeContext;
  readonly #shown: string;
  readonly #queue: string;
  readonly #partitions: number;
  readonly #limit: string;
  readonly message = new MessageFields();
  /** Where the message at hand begins, for the reader. */
  start = 0;

  constructor(context: EncodeContext, shown: string, settings: QueueSettings) {
    this.#context = context;
    this.#shown = shown;
    this.#queue = JSON.stringify(textOf(settings.name));
    this.#partitions = settings.partitionCount;
    this.#limit = textOf(settings.fifoThroughputLimit);
  }

  get number(): number {
    return this.#context.reader.lineAt(this.start);
  }

  shown(line: number): string {
    return `${this.#shown}:${line}`;
  }

  read(): void {
    const { reader } = this.#context;
    this.start = reader.mark();
    this.message.clear();
    this.message.hasBody = false;
    if (!reader.takeNull()) reader.object(this.#onField, 'a message');
  }

  /** What is wrong with the message as a whole; section 6. */
  brokenRule(): string | undefined {
    const { id, partition } = this.message;
    if (id.length === 0) return '"message_id" is missing or empty';
    if (this.#partitions > 1) return this.#brokenPartition(partition);
    if (partition === undefined || partition === 0) return undefined;
    return `${this.#name()} has "partition" ${partition}, but the queue is not partitioned: leave the field out`;
  }

  /** Moves the times of the message. @returns the rule that a time breaks then. */
  move(): string | undefined {
    const { shiftMs } = this.#context;
    if (shiftMs === 0n) return undefined;
    const { message } = this;
    const sent = message.sendTimestampMillis + shiftMs;
    const available = message.availableAtMillis + shiftMs;
    const wrong = isMoved(sent) ? (isMoved(available) ? undefined : 'available_at_millis') : 'send_timestamp_millis';
    if (wrong !== undefined) {
      return `${this.#name()} has a "${wrong}" that --shift-times would move by ${shiftMs} ms out of 0 to ${I64_MAX}; mend it`;
    }
    message.sendTimestampMillis = sent;
    message.availableAtMillis = available;
    return undefined;
  }

  #brokenPartition(partition: number | undefined): string | undefined {
    if (partition === undefined) {
      return `${this.#name()} has no "partition", but the queue has ${this.#partitions}: the tree comes from an old decoder, decode the snapshot again`;
    }
    if (partition >= this.#partitions) {
      return `${this.#name()} has "partition" ${partition}, but "partition_count" is ${this.#partitions}`;
    }
    const { groupId } = this.message;
    const wanted = partitionOf(groupId.view(), this.#partitions, this.#limit);
    if (partition === wanted) return undefined;
    if (this.#limit === 'perQueue')
      return `${this.#name()} has "partition" ${partition}; with "fifo_throughput_limit" "perQueue" it must be 0`;
    const group = groupId.length === 0 ? 'a message without group' : `group ${JSON.stringify(groupId.toString())}`;
    return `${this.#name()} has "partition" ${partition}, but ${group} belongs to partition ${wanted}`;
  }

  #name(): string {
    return `message ${JSON.stringify(this.message.id.toString())} of queue ${this.#queue}`;
  }

  readonly #onField = (field: string): void => {
    const { reader, unknownFields } = this.#context;
    if (field === 'body') this.#readBody();
    else if (field === 'partition') {
      if (!reader.takeNull()) this.message.partition = Number(reader.integer('"partition"', 0n, U32_MAX));
    } else if (!readMessageField(reader, field, this.message, this.#onAttribute)) {
      unknownFields.add(field, this.#shown);
      reader.skip();
    }
  };

  /** Repeated members and lone surrogates inside are refused. */
  readonly #onAttribute = (): unknown => this.#context.reader.value();

  #readBody(): void {
    const { reader } = this.#context;
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
    const { reader } = this.#context;
    let body: Buffer | undefined;
    reader.object((field) => {
      if (field !== 'base64') reader.fail(`"body" must have "base64" alone, not ${JSON.stringify(field)}`);
      body = readUnpaddedBase64(reader, '"base64"');
    });
    return body ?? reader.failAtMark(start, '"body" must be a string or an object with "base64"');
  }
}

function isMoved(millis: bigint): boolean {
  return millis >= 0n && millis <= I64_MAX;
}
