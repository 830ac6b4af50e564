import { expect, test } from 'vitest';
import type { SqsUnit } from '../units/unit.ts';
import { withUnits } from './golden-units.test-data.ts';
import { LeftOut } from './left-out.ts';
import { sendMessagesOf } from './send-messages.ts';

const LIVE = 'live/sqs/0000000000000056.fsm';
const NOW = 1_800_000_000_000n;

interface Batch {
  readonly Entries: {
    readonly Id: string;
    readonly MessageBody: string;
    readonly DelaySeconds?: number;
    readonly [field: string]: unknown;
  }[];
}

function unitOf(message: Partial<SqsUnit['message']>, queue: Partial<SqsUnit['queue']> = {}): SqsUnit {
  return {
    adapter: 'sqs',
    owner: { adapter: 'sqs' },
    address: `sqs/q/${message.id ?? 'm'}`,
    queue: { name: 'q', fifo: false, ...queue },
    message: { body: 'body', availableAtMillis: 0n, ...message },
  } as SqsUnit;
}

function batchesOf(units: Iterable<SqsUnit>, leftOut = new LeftOut()): Batch[] {
  return Array.from(sendMessagesOf(units, NOW, leftOut), (line) => JSON.parse(line));
}

test('every message of a queue of a node is in a batch of up to ten, with its attributes and ids', () => {
  const queues = withUnits(LIVE, 'sqs', (units) => [...new Set(Array.from(units, ({ queue }) => queue.name))]);
  let count = 0;
  for (const name of queues) {
    const messages = withUnits(LIVE, `sqs/${name}`, (units) => Array.from(units, ({ message }) => message));
    const batches = withUnits(LIVE, `sqs/${name}`, (units) => batchesOf(units));
    const entries = batches.flatMap(({ Entries }) => Entries);
    expect(
      batches.every(
        ({ Entries }) => Entries.length <= 10 && new Set(Entries.map(({ Id }) => Id)).size === Entries.length,
      ),
    ).toBe(true);
    expect(entries.map(({ MessageBody }) => MessageBody)).toEqual(messages.map(({ body }) => body));
    expect(entries.map(({ MessageGroupId }) => MessageGroupId)).toEqual(messages.map(({ groupId }) => groupId));
    expect(entries.map(({ MessageAttributes = {} }) => Object.keys(MessageAttributes as object))).toEqual(
      messages.map(({ attributes = {} }) => Object.keys(attributes)),
    );
    count += entries.length;
  }
  expect(count).toBeGreaterThan(5);
});

test('ids of a FIFO queue stay, and its messages have no delay of their own', () => {
  const unit = unitOf({ groupId: 'g', deduplicationId: 'd', availableAtMillis: NOW + 5000n }, { fifo: true });
  expect(batchesOf([unit])).toEqual([
    { Entries: [{ Id: '0', MessageBody: 'body', MessageDeduplicationId: 'd', MessageGroupId: 'g' }] },
  ]);
});

test('what is left of a delay is kept, up to the 15 minutes that SQS takes', () => {
  const delays = [-1n, 0n, 1n, 1000n, 1001n, 3_600_000n].map((left) => unitOf({ availableAtMillis: NOW + left }));
  expect(batchesOf(delays)[0]!.Entries.map(({ DelaySeconds }) => DelaySeconds)).toEqual([
    undefined,
    undefined,
    1,
    1,
    2,
    900,
  ]);
});

test('a batch has at most 256 KiB, attributes counted', () => {
  const large = Array.from({ length: 5 }, () => unitOf({ body: 'x'.repeat(100_000) }));
  expect(batchesOf(large).map(({ Entries }) => Entries.length)).toEqual([2, 2, 1]);
  const attributes = { a: { DataType: 'Binary', BinaryValue: new Uint8Array(200_000) } };
  const both = [unitOf({ attributes }), unitOf({ attributes })];
  expect(batchesOf(both).map(({ Entries }) => Entries.length)).toEqual([1, 1]);
});

test('what SQS would refuse is left out and told', () => {
  const leftOut = new LeftOut();
  const bad = [
    unitOf({ body: Uint8Array.of(0xff) }),
    unitOf({ body: 'bell \u0007' }),
    unitOf({ body: '' }),
    unitOf({ body: 'x'.repeat((256 << 10) + 1) }),
    unitOf({ attributes: { odd: '{"x":1}' } }),
    unitOf({ body: 'fits' }),
  ];
  expect(batchesOf(bad, leftOut)).toEqual([{ Entries: [{ Id: '0', MessageBody: 'fits' }] }]);
  const messages: string[] = [];
  leftOut.report(({ message }) => messages.push(message));
  expect(messages.map((text) => text.split(' ')[0])).toEqual(['3', '1', '1']);
});

test('messages of two queues are refused: they have two addresses', () => {
  expect(() => batchesOf([unitOf({}), unitOf({}, { name: 'other' })])).toThrow('get those of one queue at a time');
});
