import { SQSClient } from '@aws-sdk/client-sqs';
import { ArgumentError, type Warning } from '@ekv/snapshot';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { queueRecords } from '../index.ts';
import { fromQueueAttributes, fromReceived } from './aws.ts';

const MESSAGE = { MessageId: 'm', Body: 'x', Attributes: { SentTimestamp: '1795417864468' } };

/** The only message. */
const one = (message: object, options?: object) => [...fromReceived([message as never], options)][0]!;

function refusal(use: () => unknown): string {
  try {
    use();
  } catch (error) {
    expect(error).toBeInstanceOf(ArgumentError);
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
}

test('an id that is a UUID becomes the 32 digits of a server; another one stays', () => {
  expect(one({ ...MESSAGE, MessageId: '2456244800cc-75f6' }).id).toBe('2456244800cc-75f6');
  expect(one({ ...MESSAGE, MessageId: '24562448-00CC-75f6-b2a7-f231818dee7f' }).id).toBe(
    '2456244800cc75f6b2a7f231818dee7f',
  );
});

test('a sequence number that 64 bits hold is kept, that of AWS is left out', () => {
  const number = (SequenceNumber: string) =>
    one({ ...MESSAGE, Attributes: { ...MESSAGE.Attributes, SequenceNumber } }).sequenceNumber;
  expect(number('18446744073709551615')).toBe(2n ** 64n - 1n);
  expect(number('18849496460467696128')).toBeUndefined();
});

test('messages come one by one, in arrays and in pages, of which some are empty', async () => {
  const page = { $metadata: {}, Messages: [MESSAGE, MESSAGE] };
  const given = [MESSAGE, [MESSAGE, MESSAGE], page, { $metadata: {} }, []];
  expect([...fromReceived(given)]).toHaveLength(5);
  async function* come() {
    yield* given;
  }
  const all = [];
  for await (const message of fromReceived(come())) all.push(message);
  expect(all).toEqual([...fromReceived(given)]);
});

test('the time of a message that says none is taken from sentAt', () => {
  const sentAt = new Date(5);
  expect(one({ MessageId: 'm', Body: 'x' }, { sentAt }).sendTimestampMillis).toBe(sentAt);
  expect(one(MESSAGE, { sentAt }).sendTimestampMillis).toBe(1_795_417_864_468n);
});

describe('what cannot be taken of a received message is said with its number and field', () => {
  test.each<[object | null, string]>([
    [null, 'received message 1 must be an object, not null'],
    [{ ...MESSAGE, Body: undefined }, 'Body of received message 1 must be text, not nothing'],
    [
      { ...MESSAGE, MessageId: 5 },
      'MessageId of received message 1 must be text, not a number; write String(...) around it',
    ],
    [{ ...MESSAGE, Attributes: [] }, 'Attributes of received message 1 must be an object, not an array'],
    [
      { ...MESSAGE, Attributes: {} },
      "received message 1 has no SentTimestamp: receive with MessageSystemAttributeNames ['All'], or give sentAt",
    ],
    [
      { ...MESSAGE, Attributes: { SentTimestamp: 5 } },
      'Attributes.SentTimestamp of received message 1 must be decimal digits as text, not a number',
    ],
    [
      { ...MESSAGE, Attributes: { SentTimestamp: '18446744073709551615' } },
      'Attributes.SentTimestamp of received message 1 is 18446744073709551615, more than 64 bits hold',
    ],
    [
      { ...MESSAGE, MD5OfMessageAttributes: 'x' },
      "received message 1 has MD5OfMessageAttributes without MessageAttributes: receive with MessageAttributeNames ['All']",
    ],
  ])('%o', (message, says) => {
    expect(refusal(() => one(message as object))).toBe(says);
  });

  test('and so is what holds no messages', () => {
    expect(refusal(() => fromReceived(5 as never))).toBe(
      'received messages must be an iterable or an async iterable of them, not a number',
    );
    expect(refusal(() => fromReceived({ $metadata: {}, Messages: [MESSAGE] } as never))).toBe(
      'received messages are one answer; give all as they come, or [answer] when it is the only one',
    );
    expect(refusal(() => fromReceived(new SQSClient({ region: 'eu-central-1' }) as never))).toBe(
      'received messages are a client; give what it answers to ReceiveMessageCommand, as it comes',
    );
    expect(refusal(() => [...fromReceived([{ $metadata: {}, Items: [] } as never])])).toBe(
      'an answer has "Items" and no Messages; give answers to ReceiveMessageCommand alone',
    );
    expect(refusal(() => one({ body: 'x', sendTimestampMillis: 5 }))).toBe(
      'received message 1 has body where one of the SDK has Body; messages of a program are given to queueRecords',
    );
  });

  test('but what else the SDK gives is passed over', () => {
    const page = { ResponseMetadata: { RequestId: 'r' } };
    expect([...fromReceived([page as never, { ...MESSAGE, ReceiptHandle: 'h' } as never])]).toHaveLength(1);
  });
});

test('attributes of a queue are taken from their texts, what is empty or absent has the default of a server', () => {
  const attributes = {
    FifoQueue: 'true',
    VisibilityTimeout: '45',
    MessageRetentionPeriod: '1209600',
    RedrivePolicy: '{"maxReceiveCount":3}',
    RedriveAllowPolicy: '',
    DeduplicationScope: 'queue',
  };
  expect(fromQueueAttributes('q.fifo', attributes)).toEqual({
    name: 'q.fifo',
    fifo: true,
    contentBasedDeduplication: undefined,
    visibilityTimeoutSeconds: 45n,
    messageRetentionSeconds: 1_209_600n,
    delaySeconds: undefined,
    receiveMessageWaitSeconds: undefined,
    maximumMessageSize: undefined,
    redrivePolicy: '{"maxReceiveCount":3}',
    redriveAllowPolicy: undefined,
    fifoThroughputLimit: undefined,
    deduplicationScope: 'queue',
  });
});

test('a queue is FIFO when its attributes or, without them, its name says so', () => {
  expect(fromQueueAttributes('q.fifo').fifo).toBe(true);
  expect(fromQueueAttributes('q').fifo).toBe(false);
  expect(fromQueueAttributes('q.fifo', { FifoQueue: 'false' }).fifo).toBe(false);
});

test('attributes that a queue of elastickv does not have are told, what only describes a queue is not', () => {
  const warnings: Warning[] = [];
  const attributes = {
    QueueArn: 'arn',
    ApproximateNumberOfMessages: '5',
    Policy: '{}',
    KmsMasterKeyId: 'k',
    Typo: '1',
  };
  fromQueueAttributes('q', attributes, { warn: (warning) => warnings.push(warning) });
  expect(warnings).toEqual([
    {
      event: 'sqs_settings_not_carried',
      message:
        'attributes of queue "q" that a queue of elastickv does not have were left out: Policy, KmsMasterKeyId, Typo',
      fields: { attributes: 3 },
    },
  ]);
});

test.each<[object, string]>([
  [
    { VisibilityTimeout: 'soon' },
    'the attribute VisibilityTimeout of queue "q" must be a whole number as text, not "soon"',
  ],
  [
    { VisibilityTimeout: 5 },
    'the attribute VisibilityTimeout of queue "q" must be text, not a number; write String(...) around it',
  ],
  [{ FifoQueue: 'yes' }, 'the attribute FifoQueue of queue "q" must be the text true or false, not "yes"'],
  [
    { VisibilityTimout: '5' },
    'the attribute VisibilityTimout of queue "q" is none of SQS, did you mean VisibilityTimeout?',
  ],
  [
    { $metadata: {}, Attributes: { VisibilityTimeout: '5' } },
    'the attributes of queue "q" are a whole answer of the SDK; give its Attributes',
  ],
])('attributes %o of a queue are refused by name', (attributes, says) => {
  expect(refusal(() => fromQueueAttributes('q', attributes as never))).toBe(says);
});

test('the URL of a queue is not its name', () => {
  expect(refusal(() => fromQueueAttributes('https://sqs.eu-central-1.amazonaws.com/1/orders'))).toBe(
    'the name of a queue is the last part of its URL: "orders"',
  );
});

test('options that are none are refused', () => {
  expect(refusal(() => fromReceived([], { sentAt: '2026-11-28' as never }))).toBe(
    'the option "sentAt" of fromReceived must be a Date or milliseconds since 1970, not a text; write new Date(...) around it',
  );
  expect(refusal(() => fromQueueAttributes('q', {}, null as never))).toBe(
    'the options of fromQueueAttributes must be an object, not null',
  );
  expect(refusal(() => fromReceived([], null as never))).toBe(
    'the options of fromReceived must be an object, not null',
  );
});

/** JSON that is damaged, or of somebody else's. */
const odd = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(undefined, '', '5', -1, 'true', [], '\ud800'));
const message = fc.record(
  {
    MessageId: fc.oneof(fc.string(), odd),
    Body: fc.oneof(fc.string(), odd),
    MD5OfBody: odd,
    MessageAttributes: fc.oneof(fc.dictionary(fc.string(), odd), odd),
    Attributes: fc.oneof(fc.dictionary(fc.constantFrom('SentTimestamp', 'SequenceNumber', 'MessageGroupId'), odd), odd),
  },
  { requiredKeys: ['Body'] },
);

test('whatever JSON is given as attributes of a queue and as messages makes rows, or is refused as an argument', () => {
  const names = fc.constantFrom('FifoQueue', 'VisibilityTimeout', 'RedrivePolicy', 'Policy', 'DeduplicationScope');
  const attributes = fc.oneof(fc.dictionary(names, odd), odd);
  fc.assert(
    fc.property(attributes, fc.oneof(fc.array(fc.oneof(message, odd)), odd), (attributes, messages) => {
      try {
        const queue = fromQueueAttributes('q.fifo', attributes as never, { warn: () => {} });
        const received = fromReceived(messages as never, { sentAt: 0 });
        for (const _ of queueRecords(queue, received, { complete: true, warn: () => {} }));
      } catch (error) {
        expect(error).toBeInstanceOf(ArgumentError);
      }
    }),
    { numRuns: 500 },
  );
});
