import { UsageError } from '@ekv/snapshot';
import { jsonLine } from '../forms/json-text.ts';
import { awsAttributes } from '../forms/unit-json.ts';
import type { SqsUnit } from '../units/unit.ts';
import type { LeftOut } from './left-out.ts';

/** What SendMessageBatch takes: messages, and bytes of their bodies and attributes together. */
const MOST_MESSAGES = 10;
const MOST_BYTES = 256 << 10;
const MOST_DELAY_S = 900n;

const NO_TEXT = {
  name: 'messages',
  rule: 'SQS takes no body with bytes that are no text, with control characters, or without a letter',
} as const;
const TOO_LARGE = { name: 'messages', rule: 'SQS takes no message above 256 KiB' } as const;
const ODD_ATTRIBUTES = {
  name: 'messages',
  rule: 'their attributes are of a form that SQS does not know',
} as const;

/** What SQS takes in a body. */
const BODY = /^[\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]+$/u;

/**
 * Messages of one queue as input of `aws sqs send-message-batch --cli-input-json`, up to 10 on each line, with what they have of attributes, group and
 * deduplication id, and what is left of their delay. They become new messages: id, time and counts of receiving are the server's.
 *
 * @param nowMs milliseconds since 1970, for delays.
 * @param leftOut gets the messages that SQS would refuse.
 * @throws UsageError for messages of two queues.
 */
export function* sendMessagesOf(
  units: Iterable<SqsUnit>,
  nowMs: bigint,
  leftOut: LeftOut,
): Generator<string, void, undefined> {
  let entries: string[] = [];
  let bytes = 0;
  let queue: string | undefined;
  for (const unit of units) {
    queue ??= unit.queue.name;
    if (queue !== unit.queue.name)
      throw new UsageError(
        `messages of the queues ${JSON.stringify(queue)} and ${JSON.stringify(unit.queue.name)} go to two addresses; get those of one queue at a time`,
      );
    const size = sizeOf(unit, leftOut);
    if (size === undefined) continue;
    if (entries.length === MOST_MESSAGES || bytes + size > MOST_BYTES) {
      if (entries.length > 0) yield lineOf(entries);
      entries = [];
      bytes = 0;
    }
    entries.push(jsonLine(entryOf(unit, entries.length, nowMs)));
    bytes += size;
  }
  if (entries.length > 0) yield lineOf(entries);
}

function lineOf(entries: readonly string[]): string {
  return `{"Entries":[${entries.join(',')}]}\n`;
}

/** Of body and attributes, as SQS counts it; `undefined` for a message that it does not take. */
function sizeOf({ message, address }: SqsUnit, leftOut: LeftOut): number | undefined {
  const { body, attributes } = message;
  const refuse = (kind: typeof NO_TEXT | typeof TOO_LARGE | typeof ODD_ATTRIBUTES) => leftOut.add(kind, address);
  if (typeof body !== 'string' || !BODY.test(body)) return void refuse(NO_TEXT);
  let size = Buffer.byteLength(body);
  for (const [name, attribute] of Object.entries(attributes ?? {})) {
    if (typeof attribute === 'string') return void refuse(ODD_ATTRIBUTES);
    const { DataType, StringValue, BinaryValue } = attribute;
    size += Buffer.byteLength(name) + Buffer.byteLength(DataType);
    size += BinaryValue?.length ?? Buffer.byteLength(StringValue ?? '');
  }
  return size > MOST_BYTES ? void refuse(TOO_LARGE) : size;
}

function entryOf({ message, queue }: SqsUnit, i: number, nowMs: bigint): unknown {
  const { body, attributes, groupId, deduplicationId, availableAtMillis } = message;
  return {
    Id: String(i),
    MessageBody: body,
    // A message of a FIFO queue has no delay of its own.
    DelaySeconds: queue.fifo ? undefined : delayOf(availableAtMillis - nowMs),
    MessageAttributes: attributes === undefined ? undefined : awsAttributes(attributes),
    MessageDeduplicationId: queue.fifo ? deduplicationId : undefined,
    MessageGroupId: groupId,
  };
}

function delayOf(leftMs: bigint): number | undefined {
  if (leftMs <= 0n) return undefined;
  const seconds = (leftMs + 999n) / 1000n;
  return Number(seconds < MOST_DELAY_S ? seconds : MOST_DELAY_S);
}
