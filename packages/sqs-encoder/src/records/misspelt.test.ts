import { ArgumentError, type Warning } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { fromQueueAttributes, fromReceived, toReceived } from '../bridge/aws.ts';
import { queueRecords, type SqsMessage } from '../index.ts';
import { sqsMessages, sqsQueues } from '../read/index.ts';

const MESSAGE: SqsMessage = { id: 'm', body: 'x', sendTimestampMillis: 1_795_417_864_468n };
const RECEIVED = { MessageId: 'm', Body: 'x', Attributes: { SentTimestamp: '1795417864468' } };
const SNAPSHOT = { rowsOf: () => undefined } as never;

const take = (message: object) => [...queueRecords({ name: 'q' }, [message as never])];

test.each<[string, (options: never) => unknown, string]>([
  ['queueRecords', (options) => queueRecords({ name: 'q' }, [], options), 'warn'],
  ['sqsQueues', (options) => sqsQueues(SNAPSHOT, options), 'warn'],
  ['sqsMessages', (options) => sqsMessages(SNAPSHOT, 'q', options), 'scratch'],
  ['fromQueueAttributes', (options) => fromQueueAttributes('q', {}, options), 'warn'],
  ['fromReceived', (options) => fromReceived([], options), 'sentAt'],
])('an option that nobody knows is refused, with the one that was meant: %s', (call, use, option) => {
  expect(() => use({ colour: 1 } as never)).toThrow(
    new RegExp(`^${call} has no option "colour"; it takes (.*, )?${option}`),
  );
  const wrong = option.toUpperCase();
  expect(() => use({ [wrong]: 1 } as never)).toThrow(
    new ArgumentError(`${call} has no option "${wrong}", did you mean ${option}?`),
  );
});

test.each<[object, string]>([
  [{ name: 'q', FIFO: true }, 'queue "q" has no field "FIFO", did you mean fifo?'],
  [
    { name: 'q', visibilityTimeout: 5 },
    'queue "q" has no field "visibilityTimeout", did you mean visibilityTimeoutSeconds?',
  ],
  [
    { name: 'q', VisibilityTimeout: '5' },
    'the queue is in the words of the SDK; fromQueueAttributes(name, attributes) makes one of its attributes',
  ],
  [
    { $metadata: {}, Attributes: {} },
    'the queue is in the words of the SDK; fromQueueAttributes(name, attributes) makes one of its attributes',
  ],
  [Promise.resolve({ name: 'q' }), 'a queue must be an object, not a Promise; write await before it'],
])('a queue with fields that none has is refused: %j', (queue, message) => {
  expect(() => queueRecords(queue as never, [])).toThrow(new ArgumentError(message));
});

test.each<[object, string]>([
  [{ ...MESSAGE, groupID: 'g' }, 'message "m" of queue "q" (number 1) has no field "groupID", did you mean groupId?'],
  [
    { id: 'm', body: 'x', sentTimestampMillis: 5 },
    'message "m" of queue "q" (number 1) has no field "sentTimestampMillis", did you mean sendTimestampMillis?',
  ],
  [
    { ...MESSAGE, attributes: { k: { DataType: 'String', stringvalue: 'v' } } },
    'attribute "k" of message "m" of queue "q" (number 1) has no field "stringvalue", did you mean StringValue?',
  ],
  [RECEIVED, 'message 1 of queue "q" is in the words of the SDK; pass what was received through fromReceived()'],
  [
    { Messages: [RECEIVED], $metadata: {} },
    'message 1 of queue "q": an answer of the SDK stands there; pass all answers through fromReceived()',
  ],
  [
    { ...MESSAGE, sendTimestampMillis: '2026-11-28T00:00:00Z' },
    'sendTimestampMillis of message "m" of queue "q" (number 1) must be a Date or milliseconds since 1970, not a text; write new Date(...) around it',
  ],
  [
    { ...MESSAGE, availableAtMillis: '1795417864468' },
    'availableAtMillis of message "m" of queue "q" (number 1) must be a Date or milliseconds since 1970, not a text; write Number(...) around it',
  ],
])('a message with fields or values that none has is refused: %o', (message, says) => {
  expect(() => take(message)).toThrow(new ArgumentError(says));
});

test('what else a message of a snapshot has is passed over, so that it can be written again', () => {
  const read = { queue: 'q', visibleAtMillis: 1n, receiveCount: 2n, firstReceiveMillis: 3n, partition: 4 };
  expect(take({ ...MESSAGE, ...read })).toEqual(take(MESSAGE));
});

test('messages that are one answer, or were walked over already, are refused', () => {
  const q = { name: 'q' };
  expect(() => queueRecords(q, { Messages: [RECEIVED] } as never)).toThrow(
    new ArgumentError(
      'the messages of queue "q": an answer of the SDK stands there; pass all answers through fromReceived()',
    ),
  );
  const messages = fromReceived([RECEIVED]);
  expect([...queueRecords(q, messages)]).toHaveLength(5);
  const rule = 'this generator or stream was given before, and it gives what it has once; make a new one';
  expect(() => queueRecords(q, messages)).toThrow(new ArgumentError(`the messages of queue "q": ${rule}`));
  const received = [RECEIVED].values();
  fromReceived(received);
  expect(() => fromReceived(received)).toThrow(new ArgumentError(`received messages: ${rule}`));
});

test('what a message or a queue holds is read once: a getter may give something else the next time', () => {
  let asked = 0;
  const once = <T>(value: T): T | undefined => (asked++ === 0 ? value : (5 as never));
  const queue = {
    name: 'q.fifo',
    get fifo() {
      return once(true)!;
    },
  };
  const message = {
    ...MESSAGE,
    get sequenceNumber() {
      return once(7n);
    },
  };
  const rows = queueRecords(queue, [message]);
  expect(asked).toBe(1);
  asked = 0;
  expect([...rows].some(({ value }) => value.toString().includes('"sequence_number":7'))).toBe(true);
  expect(asked).toBe(1);
});

test('times that look like seconds are told', () => {
  const warnings: Warning[] = [];
  const message = { ...MESSAGE, sendTimestampMillis: 1_795_417_864 };
  for (const _ of queueRecords({ name: 'q' }, [message], { warn: (warning) => warnings.push(warning) }));
  expect(warnings.map(({ event }) => event)).toEqual(['sqs_time_in_seconds', 'sqs_past_retention']);
  expect(warnings[0]!.message).toBe(
    'times of messages are of the years 1970 to 1973, for example queue "q", message 1: message "m" has sendTimestampMillis 1795417864; the numbers look like seconds: milliseconds since 1970 are meant, and a server removes messages that are older than their queue keeps them',
  );
});

test('options in the place of a queue are no wish for all queues', () => {
  expect(() => sqsMessages(SNAPSHOT, { warn: () => {} } as never)).toThrow(
    new ArgumentError(
      'the options of sqsMessages come after the queue; for all queues, sqsMessages(snapshot, undefined, options)',
    ),
  );
  for (const wrong of [{}, null, ['q'], { name: 5 }])
    expect(() => sqsMessages(SNAPSHOT, wrong as never)).toThrow(
      /^the queue must be its name, or what sqsQueues\(\) gives, not /,
    );
});

test('a message that no snapshot gave is none that a client would receive', () => {
  expect(() => toReceived(MESSAGE as never)).toThrow(
    new ArgumentError('the message of toReceived must be one that sqsMessages() gives'),
  );
});
