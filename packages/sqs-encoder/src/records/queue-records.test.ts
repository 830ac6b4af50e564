import { readdirSync } from 'node:fs';
import { ArgumentError, ScratchFolder, type SnapshotRow, type Warning } from '@ekv/snapshot';
import { openFilesIn } from '@ekv/test-support/open-files';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { rowOf } from '../encode/encoded.test-data.ts';
import { queueRecords, type SqsMessage, type SqsQueue } from '../index.ts';

afterEach(() => void vi.unstubAllEnvs());

const SENT = 1_795_417_864_468n;
const MESSAGE: SqsMessage = { id: 'm', body: 'x', sendTimestampMillis: SENT };

/** Rows as byte strings, without their prefix. */
const rows = (queue: SqsQueue, ...messages: SqsMessage[]) => Array.from(queueRecords(queue, messages), rowOf);

/** The value of the first message. */
const value = (message: object, queue: SqsQueue = { name: 'q' }) =>
  JSON.parse(rows(queue, { ...MESSAGE, ...message })[2]![1].slice(4));

/** What is said of a queue that nothing can be made of. */
function refusal(queue: object, message: object | null = MESSAGE, options?: object): string {
  try {
    for (const _ of queueRecords(queue as never, [message as never], options));
  } catch (error) {
    expect(error).toBeInstanceOf(ArgumentError);
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
}

const Q = { name: 'q' };

describe('a wrong argument names queue, message and property', () => {
  test.each<[object, object | null, string]>([
    [{ name: null }, MESSAGE, 'the name of a queue must be text, not null'],
    [{ name: 'a\ud800' }, MESSAGE, 'the name of a queue has a lone surrogate, so it has no form in UTF-8'],
    [{ name: '..' }, MESSAGE, 'queue ".." has a name that no server takes'],
    [{ name: 'q', fifo: 'false' }, MESSAGE, 'fifo of the queue "q" must be true or false, not a text'],
    [
      { name: 'q', messageRetentionSeconds: 3600.5 },
      MESSAGE,
      'messageRetentionSeconds of the queue "q" must be a whole number (a bigint, or a number up to 2^53 - 1), not 3600.5',
    ],
    [
      { name: 'q', delaySeconds: 1n << 70n },
      MESSAGE,
      'delaySeconds of the queue "q" must be from -9223372036854775808 to 9223372036854775807, not 1180591620717411303424',
    ],
    [{ name: 'q', redrivePolicy: {} }, MESSAGE, 'redrivePolicy of the queue "q" must be text, not an object'],
    [
      { name: 'q', fifo: true, partitionCount: 3 },
      MESSAGE,
      'queue "q": partitionCount is 3, it must be a power of two',
    ],
    [{ name: 'q', partitionCount: 2 }, MESSAGE, 'queue "q": partitionCount is only valid on FIFO queues'],
    [Q, null, 'message 1 of queue "q" must be an object, not null'],
    [Q, { ...MESSAGE, id: 5 }, 'id of message 1 of queue "q" must be text, not a number; write String(...) around it'],
    [
      Q,
      { ...MESSAGE, id: '' },
      'message 1 of queue "q": it has no id; give it one, or give complete to have ids filled in',
    ],
    [
      Q,
      { id: 'm', body: 'x' },
      'sendTimestampMillis of message "m" of queue "q" (number 1) must be a Date or milliseconds since 1970, not nothing',
    ],
    [
      Q,
      { ...MESSAGE, body: undefined },
      'body of message "m" of queue "q" (number 1) must be text or bytes, not nothing',
    ],
    [
      Q,
      { ...MESSAGE, body: 'a\ud800b' },
      'body of message "m" of queue "q" (number 1) has a lone surrogate, so it has no form in UTF-8',
    ],
    [
      Q,
      { ...MESSAGE, sendTimestampMillis: new Date('?') },
      'sendTimestampMillis of message "m" of queue "q" (number 1) is no valid Date',
    ],
    [
      Q,
      { ...MESSAGE, availableAtMillis: 1n << 63n },
      'availableAtMillis of message "m" of queue "q" (number 1) must be from -9223372036854775808 to 9223372036854775807, not 9223372036854775808',
    ],
    [
      Q,
      { ...MESSAGE, sequenceNumber: -1n },
      'sequenceNumber of message "m" of queue "q" (number 1) must be from 0 to 18446744073709551615, not -1',
    ],
    [Q, { ...MESSAGE, groupId: null }, 'groupId of message "m" of queue "q" (number 1) must be text, not null'],
    [
      Q,
      { ...MESSAGE, attributes: [] },
      'attributes of message "m" of queue "q" (number 1) must be an object, not an array',
    ],
    [
      Q,
      { ...MESSAGE, attributes: { k: 5 } },
      'attribute "k" of message "m" of queue "q" (number 1) must be an object, not a number',
    ],
    [
      Q,
      { ...MESSAGE, attributes: { k: {} } },
      'DataType of attribute "k" of message "m" of queue "q" (number 1) must be text, not nothing',
    ],
    [
      Q,
      { ...MESSAGE, attributes: { k: { DataType: 'Binary', BinaryValue: '_w' } } },
      'BinaryValue of attribute "k" of message "m" of queue "q" (number 1) must be bytes, or their base64 with padding, not another text',
    ],
    [
      Q,
      { ...MESSAGE, attributes: { k: { DataType: 'String', StringListValues: ['a'] } } },
      'attribute "k" of message "m" of queue "q" (number 1) has a list of values, SQS knows single ones alone',
    ],
  ])('%o %o', (queue, message, says) => {
    expect(refusal(queue, message)).toBe(says);
  });

  test.each<[object, string]>([
    [{ warn: 'yes' }, 'the option "warn" of queueRecords must be a function, not a text'],
    [{ scratch: '/tmp' }, 'the option "scratch" of queueRecords must be a ScratchFolder, not a text'],
    [{ complete: 'no' }, 'the option "complete" of queueRecords must be true or false, not a text'],
  ])('%o', (options, says) => {
    expect(refusal(Q, MESSAGE, options)).toBe(says);
  });
});

test('what is wrong with a queue is said before a row is asked for', () => {
  expect(() => queueRecords({ name: '' }, [])).toThrow('queue "": "name" is missing or empty');
  expect(() => queueRecords(Q, 'text' as never)).toThrow(
    'the messages of queue "q" must be an iterable or an async iterable of messages, not a text',
  );
  expect(() => queueRecords('q' as never, [])).toThrow('a queue must be an object, not a text');
});

test('numbers and times may be of any type that holds them exactly', () => {
  const wanted = { send_timestamp_millis: Number(SENT), available_at_millis: Number(SENT) + 1, sequence_number: 7 };
  const available = Number(SENT) + 1;
  expect(
    value({ sendTimestampMillis: new Date(Number(SENT)), availableAtMillis: available, sequenceNumber: 7 }),
  ).toMatchObject(wanted);
  const [, config] = rows({ name: 'q', delaySeconds: 5, messageRetentionSeconds: 60n })[0]!;
  expect(config).toContain('"message_retention_seconds":60,"delay_seconds":5');
});

test('attributes may be as the SDK has them, with the MD5 that it computes', () => {
  const { message_attributes, md5_of_message_attributes } = value({
    attributes: {
      b: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 0xff, 0x10]) },
      c: { DataType: 'String.custom', StringValue: 'z' },
      n: { DataType: 'Number', StringValue: '12.50', StringListValues: [], BinaryListValues: [] },
      s: { DataType: 'String', StringValue: 'x<y>&' },
    },
  });
  expect(message_attributes).toEqual({
    b: { DataType: 'Binary', BinaryValue: 'AP8Q' },
    c: { DataType: 'String.custom', StringValue: 'z' },
    n: { DataType: 'Number', StringValue: '12.50' },
    s: { DataType: 'String', StringValue: 'x<y>&' },
  });
  expect(md5_of_message_attributes).toBe('c784a5440fb7adc75e9dbda2b40c3342');
  const base64 = new Map([['b', { DataType: 'Binary', BinaryValue: 'AP8Q' }]]);
  expect(value({ attributes: base64 }).message_attributes).toEqual({ b: message_attributes.b });
});

test('an MD5 of the body that is given is kept; an absent one is computed', () => {
  expect(value({}).md5_of_body).toBe('9dd4e461268c8034f5c8564e155c67a6');
  expect(value({ md5OfBody: 'given' }).md5_of_body).toBe('given');
});

test('with complete, ids and numbers that are absent are filled in, in the order in which messages are given', () => {
  const queue = { name: 'q.fifo', fifo: true };
  const given = ['a', 'b', 'c'].map((body) => ({ body, sendTimestampMillis: SENT, groupId: 'g' }));
  const read = () =>
    Array.from(queueRecords(queue, given, { complete: true }), rowOf)
      .filter(([key]) => key.startsWith('!sqs|msg|data|'))
      .map(([, json]) => JSON.parse(json.slice(4)));
  expect(read().map(({ sequence_number }) => sequence_number)).toEqual([1, 2, 3]);
  expect(new Set(read().map(({ message_id }) => message_id)).size).toBe(3);
  expect(read()).toEqual(read());
  const mixed = [{ ...given[0]! }, { ...given[1]!, sequenceNumber: 1 }];
  expect(() => [...queueRecords(queue, mixed, { complete: true })]).toThrow(
    /^message 2 of queue "q\.fifo": sequenceNumber 1 leaves no number for the messages before it that have none: the option complete gave 1/,
  );
});

test('rows may be kept: each has bytes of its own', () => {
  const queue = { name: 'q.fifo', fifo: true };
  const messages = ['a', 'b', 'c'].map((id) => ({ ...MESSAGE, id, deduplicationId: id, sequenceNumber: 1n }));
  const kept: SnapshotRow[] = [...queueRecords(queue, messages)];
  const seen = Array.from(queueRecords(queue, messages), rowOf);
  expect(kept.map(rowOf)).toEqual(seen);
});

test('messages may come asynchronously, and a source that is left early is told so', async () => {
  let ended = false;
  async function* come(): AsyncGenerator<SqsMessage> {
    try {
      for (const id of ['a', 'b', 'c']) yield await Promise.resolve({ ...MESSAGE, id });
    } finally {
      ended = true;
    }
  }
  const all: SnapshotRow[] = [];
  for await (const row of queueRecords(Q, come())) all.push(row);
  expect(all.map(rowOf)).toEqual(rows(Q, ...['a', 'b', 'c'].map((id) => ({ ...MESSAGE, id }))));
  ended = false;
  for await (const { key } of queueRecords(Q, come())) if (Buffer.from(key).includes('msg')) break;
  expect(ended).toBe(true);
});

test('scratch that nobody gave goes with the last row, and a folder that was given stays', () => {
  const folder = temporaryFolder();
  vi.stubEnv('TMPDIR', folder);
  const queue = { name: 'q.fifo', fifo: true };
  const id = 'd'.repeat(1000);
  function* many(): Generator<SqsMessage> {
    for (let i = 0; i < 3_000; i++)
      yield { ...MESSAGE, id: `${i}`, deduplicationId: `${id}${i}`, sequenceNumber: i + 1 };
  }
  const left = () => [...openFilesIn(folder), ...readdirSync(folder)];
  let most = 0;
  for (const { key } of queueRecords(queue, many()))
    if (key.length > 1000) most = Math.max(most, openFilesIn(folder).length);
  expect(most).toBeGreaterThan(0);
  expect(left()).toEqual([]);
  for (const { key } of queueRecords(queue, many())) if (key.length > 1000) break;
  expect(left()).toEqual([]);
  const scratch = new ScratchFolder(folder);
  scratch.path();
  for (const _ of queueRecords(queue, many(), { scratch }));
  expect(readdirSync(folder)).toHaveLength(1);
  scratch.remove();
});

test('warnings speak of properties, and of messages that a server removes at once', () => {
  const warnings: Warning[] = [];
  const queue = { name: 'q.fifo', fifo: true, messageRetentionSeconds: 0, visibilityTimeoutSeconds: 50_000 };
  const wrong = { ...MESSAGE, md5OfBody: 'x', groupId: 'g', deduplicationId: 'd', attributes: { k: '1' } };
  const warn = (warning: Warning) => warnings.push(warning);
  for (const _ of queueRecords(queue, [wrong], { warn }));
  for (const _ of queueRecords(Q, [{ ...MESSAGE, sendTimestampMillis: new Date('2020-01-01') }], { warn }));
  expect(warnings.map(({ event, message }) => [event, message])).toEqual([
    [
      'sqs_queue_settings_unusable',
      'settings of queues are not what a server takes, for example queue "q.fifo": visibilityTimeoutSeconds is 50000, a server takes 0 to 43200; mend them',
    ],
    [
      'sqs_body_md5_mismatch',
      'messages have an md5OfBody that is not the MD5 of their body, for example queue "q.fifo", message 1: message "m" has "x", computed is 9dd4e461268c8034f5c8564e155c67a6; clients that check it refuse such a message at every receive; leave md5OfBody out, then it is computed',
    ],
    ['sqs_attributes_unusable', expect.stringContaining('attribute "k" is no object')],
    ['sqs_attributes_md5_missing', expect.stringContaining('have attributes and no md5OfAttributes')],
    ['sqs_fifo_sequence_missing', expect.stringContaining('have no sequenceNumber')],
    [
      'sqs_past_retention',
      'messages are older than their queue keeps them, a server removes them within a minute of its start: 1 of 1 in q; to keep them, raise messageRetentionSeconds, or give a later sendTimestampMillis',
    ],
  ]);
  for (const { message } of warnings) expect(message).not.toMatch(/--|[a-z]_[a-z]|line|tree/);
});

test('bytes whose memory was transferred are refused by their names', () => {
  const lost = new Uint8Array(6);
  structuredClone(lost.buffer, { transfer: [lost.buffer] });
  const attributes = { photo: { DataType: 'Binary', BinaryValue: lost } };
  const message = { id: 'a', body: 'x', sendTimestampMillis: 1, attributes } as never;
  expect(() => [...queueRecords({ name: 'q' }, [message])]).toThrow(
    /^BinaryValue of .*photo.* has lost its bytes: their memory was transferred; give a copy$/,
  );
});
