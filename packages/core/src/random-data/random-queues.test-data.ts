import { hash } from 'node:crypto';
import fc from 'fast-check';
import { counted, int, json, type Members, maybe, U64, u32, u64, utf8 } from './stored-json.test-data.ts';

/** Rows by stored key, both as byte strings. */
type Rows = Record<string, string>;

const millis = fc.bigInt({ min: 1n, max: 4_102_444_800_000n });
const generation = fc.oneof(fc.bigInt({ min: 1n, max: 3n }), fc.constant(U64 >> 16n));
const word = fc.constantFrom('', 'a', '<&>', 'é\u2028', '"\\', '__proto__');

/** Partitions of four by group; docs/format/06-sqs.md, section 1.3. */
const PARTITIONS = { g0: 2, g1: 1, g2: 0, g3: 3 } as const;
const group = fc.constantFrom<keyof typeof PARTITIONS>('g0', 'g1', 'g2', 'g3');

const message = fc.record({
  body: fc.uint8Array({ maxLength: 6 }),
  sent: millis,
  delay: fc.bigInt({ min: 0n, max: 900_000n }),
  received: fc.option(
    fc.record({
      visible: millis,
      count: fc.bigInt({ min: 1n, max: 9n }),
      first: millis,
      token: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    }),
    { nil: undefined },
  ),
  group,
  deduplicationId: fc.constantFrom('', 'd', '<d>'),
  source: fc.constantFrom('', 'arn:aws:sqs:us-east-1:000000000000:dead'),
  isLocked: fc.boolean(),
});
const deduplication = fc.record({ id: word, group, message: fc.nat(9), sent: millis, original: fc.bigInt(0n, 9n) });
const throttle = fc.uniqueArray(
  fc.constantFrom('"send_capacity":1e2', '"recv_capacity":10', '"default_refill_per_second":0.50'),
  { maxLength: 3 },
);

const queue = fc.record({
  form: fc.constantFrom('standard', 'fifo', 'partitioned'),
  generation,
  incarnation: fc.bigInt(0n, 4n),
  createdAt: fc.constantFrom(0n, 1n, U64),
  tags: fc.dictionary(fc.constantFrom('a', 'b<', 'é', '__proto__'), word, { maxKeys: 3 }),
  times: fc.tuple(maybe(millis), maybe(millis), maybe(millis)),
  throttle,
  messages: fc.array(message, { maxLength: 5 }),
  deduplications: fc.array(deduplication, { maxLength: 3 }),
  ahead: fc.bigInt(0n, 3n),
});
type Queue = typeof queue extends fc.Arbitrary<infer Q> ? Q : never;
type Message = typeof message extends fc.Arbitrary<infer M> ? M : never;

/** What is left of a queue that was deleted. */
const deleted = fc.dictionary(fc.constantFrom('gone', 'gone.fifo', 'jobs2'), generation, { maxKeys: 3 });

/** The rows of queues in any state that a server can bring them to, without those that wait for being removed. */
export const queueStates: fc.Arbitrary<Rows> = fc
  .tuple(fc.dictionary(fc.constantFrom('jobs', 'j', 'z-1'), queue, { maxKeys: 3 }), deleted)
  .map(([queues, deleted]) => {
    const rows: Rows = {};
    for (const [name, count] of Object.entries(deleted)) rows[`!sqs|queue|gen|${segment(name)}`] = String(count);
    for (const [name, one] of Object.entries(queues)) Object.assign(rows, rowsOf(name, one));
    return rows;
  });

function rowsOf(base: string, queue: Queue): Rows {
  const isFifo = queue.form !== 'standard';
  const name = isFifo ? `${base}.fifo` : base;
  const rows: Rows = {
    [`!sqs|queue|meta|${segment(name)}`]: configValue(name, queue),
    [`!sqs|queue|gen|${segment(name)}`]: String(queue.generation),
  };
  if (isFifo) rows[`!sqs|queue|seq|${segment(name)}`] = String(BigInt(queue.messages.length) + queue.ahead);
  const key = (family: string, group: keyof typeof PARTITIONS, rest: string) =>
    queue.form === 'partitioned'
      ? `!sqs|msg|${family}|p|${segment(name)}|${u32(PARTITIONS[group])}${u64(queue.generation)}${rest}`
      : `!sqs|msg|${family}|${segment(name)}${u64(queue.generation)}${rest}`;
  for (const [i, message] of queue.messages.entries()) {
    const id = idOf(i);
    const available = message.sent + message.delay;
    const visible = message.received?.visible ?? available;
    rows[key('data', message.group, segment(id))] = messageValue(id, message, queue, i);
    rows[key('vis', message.group, u64(visible) + segment(id))] = id;
    rows[key('byage', message.group, u64(message.sent) + segment(id))] = id;
    if (isFifo && message.received !== undefined && message.isLocked)
      rows[key('group', message.group, segment(message.group))] = json([
        ['message_id', JSON.stringify(id)],
        ['acquired_at_ms', int(message.received.first)],
        ['visible_at_ms', int(visible)],
      ]);
  }
  for (const { id, group, message, sent, original } of isFifo ? queue.deduplications : []) {
    const rest = queue.form === 'partitioned' ? `${segment(group)}|${segment(id)}` : segment(id);
    rows[key('dedup', group, rest)] = json([
      ['message_id', JSON.stringify(idOf(message))],
      ['send_timestamp_ms', int(sent)],
      ['expires_at_millis', int(sent + 300_000n)],
      ['original_sequence', counted(original)],
    ]);
  }
  return rows;
}

function configValue(name: string, { form, generation, incarnation, createdAt, tags, times, throttle }: Queue): string {
  const isFifo = form !== 'standard';
  const [purged, created, modified] = times;
  const tagMembers: Members = Object.entries(tags)
    .toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([tag, value]) => [tag, JSON.stringify(value)]);
  // In the order of the fields, which is not that in which they were drawn.
  const limits = ['send_capacity', 'recv_capacity', 'default_refill_per_second']
    .map((field) => throttle.find((one) => one.startsWith(`"${field}"`)))
    .filter((one) => one !== undefined);
  return utf8(
    `\0SQ\x01${json([
      ['name', JSON.stringify(name)],
      ['generation', int(generation)],
      ['incarnation', counted(incarnation)],
      ['created_at_hlc', counted(createdAt)],
      ['is_fifo', isFifo ? 'true' : undefined],
      ['content_based_dedup', isFifo ? 'true' : undefined],
      ['visibility_timeout_seconds', '30'],
      ['message_retention_seconds', '345600'],
      ['delay_seconds', '0'],
      ['receive_message_wait_seconds', '20'],
      ['maximum_message_size', '262144'],
      ['tags', tagMembers.length === 0 ? undefined : json(tagMembers)],
      ['last_purged_at_millis', counted(purged)],
      ['created_at_millis', counted(created)],
      ['last_modified_at_millis', counted(modified)],
      ['throttle', limits.length === 0 ? undefined : `{${limits.join()}}`],
      ['partition_count', form === 'partitioned' ? '4' : undefined],
      ['fifo_throughput_limit', form === 'partitioned' ? '"perMessageGroupId"' : undefined],
      ['deduplication_scope', form === 'partitioned' ? '"messageGroup"' : undefined],
    ])}`,
  );
}

function messageValue(id: string, message: Message, { form, generation }: Queue, index: number): string {
  const { body, sent, delay, received, group, deduplicationId, source } = message;
  const isFifo = form !== 'standard';
  return utf8(
    `\0SM\x01${json([
      ['message_id', JSON.stringify(id)],
      ['body', `"${Buffer.from(body).toString('base64')}"`],
      ['md5_of_body', `"${hash('md5', body, 'hex')}"`],
      ['send_timestamp_millis', int(sent)],
      ['available_at_millis', int(sent + delay)],
      ['visible_at_millis', int(received?.visible ?? sent + delay)],
      ['receive_count', int(received?.count ?? 0n)],
      ['first_receive_millis', counted(received?.first)],
      ['current_receipt_token', received ? `"${Buffer.from(received.token).toString('base64')}"` : 'null'],
      ['queue_generation', int(generation)],
      ['message_group_id', isFifo ? `"${group}"` : undefined],
      ['message_deduplication_id', isFifo && deduplicationId !== '' ? JSON.stringify(deduplicationId) : undefined],
      ['sequence_number', isFifo ? int(BigInt(index) + 1n) : undefined],
      ['dead_letter_source_arn', source === '' ? undefined : JSON.stringify(source)],
    ])}`,
  );
}

function idOf(index: number): string {
  return hash('md5', String(index), 'hex');
}

function segment(text: string): string {
  return Buffer.from(text).toString('base64url');
}
