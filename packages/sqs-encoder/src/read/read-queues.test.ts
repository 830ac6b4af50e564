import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ArgumentError, Damage, openSnapshot, type Snapshot, SnapshotFormatError, type Warning } from '@ekv/snapshot';
import { type Entry, snapshotBytes } from '@ekv/test-support/node-file';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { generationRow, messageRow, queueRow, seg, tombstoneRow, u64 } from '../decode/decoded.test-data.ts';
import type { NodeRow } from '../decode/node-file.test-data.ts';
import { sqsMessages, sqsQueues } from './index.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  vi.stubEnv('TMPDIR', folder);
});
afterEach(() => void vi.unstubAllEnvs());

/** What stands in the file of rows. @param more entries of other commits. @param damage salvages the snapshot. */
function stored<T>(
  rows: readonly NodeRow[],
  use: (snapshot: Snapshot) => T,
  more: readonly Entry[] = [],
  damage?: Damage,
): T {
  const path = join(folder, 'node.fsm');
  const entries = rows.map(([key, value]) => ({ key, value: Buffer.from(value, 'latin1') }));
  writeFileSync(path, snapshotBytes([...entries, ...more]));
  using snapshot = openSnapshot(path, { damage });
  return use(snapshot);
}

const bodies = (snapshot: Snapshot, queue?: string) => Array.from(sqsMessages(snapshot, queue), ({ body }) => body);

const message = (queue: string, id: string, fields = '') =>
  messageRow(queue, id, `{"message_id":"${id}","body":"${Buffer.from(`${queue} ${id}`).toString('base64')}"${fields}}`);

test('a queue has its settings, in the types that queueRecords takes', () => {
  const json = `{"name":"q.fifo","is_fifo":true,"content_based_dedup":true,"visibility_timeout_seconds":60,
    "message_retention_seconds":345600,"delay_seconds":9223372036854775807,"maximum_message_size":2048,
    "redrive_policy":"{}","partition_count":4,"fifo_throughput_limit":"perQueue","deduplication_scope":"messageGroup"}`;
  const rows = [queueRow('q.fifo', json), queueRow('a')];
  expect(stored(rows, (snapshot) => [...sqsQueues(snapshot)])).toEqual([
    expect.objectContaining({ name: 'a', fifo: false, delaySeconds: 0n, redrivePolicy: undefined }),
    {
      name: 'q.fifo',
      fifo: true,
      contentBasedDeduplication: true,
      visibilityTimeoutSeconds: 60n,
      messageRetentionSeconds: 345_600n,
      delaySeconds: 2n ** 63n - 1n,
      receiveMessageWaitSeconds: 0n,
      maximumMessageSize: 2048n,
      redrivePolicy: '{}',
      redriveAllowPolicy: undefined,
      partitionCount: 4,
      fifoThroughputLimit: 'perQueue',
      deduplicationScope: 'messageGroup',
    },
  ]);
});

test('a message has all that its row holds, exactly', () => {
  const row: NodeRow = [
    `!sqs|msg|data|p|${seg('p.fifo')}|\0\0\0\x02${u64(1n)}${seg('m')}`,
    `\0SM\x01{"message_id":"m","body":"/wA=","md5_of_body":"b","md5_of_message_attributes":"a","message_attributes":{
      "n":{"DataType":"Number","StringValue":"12.50"},"b":{"DataType":"Binary","BinaryValue":"AP8Q"},
      "x":{"DataType":"String","StringValue":"v","More":1.50},"l":[1]},"sender_id":"s","send_timestamp_millis":5,
      "available_at_millis":6,"visible_at_millis":7,"receive_count":2,"first_receive_millis":8,"queue_generation":0,
      "message_group_id":"g","message_deduplication_id":"d","sequence_number":18446744073709551615,
      "dead_letter_source_arn":"arn"}`,
  ];
  expect(stored([queueRow('p.fifo'), row], (snapshot) => [...sqsMessages(snapshot)])).toEqual([
    {
      queue: 'p.fifo',
      id: 'm',
      body: new Uint8Array([0xff, 0]),
      md5OfBody: 'b',
      md5OfAttributes: 'a',
      attributes: {
        n: { DataType: 'Number', StringValue: '12.50' },
        b: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 0xff, 0x10]) },
        x: '{"DataType":"String","StringValue":"v","More":1.50}',
        l: '[1]',
      },
      senderId: 's',
      sendTimestampMillis: 5n,
      availableAtMillis: 6n,
      visibleAtMillis: 7n,
      receiveCount: 2n,
      firstReceiveMillis: 8n,
      groupId: 'g',
      deduplicationId: 'd',
      sequenceNumber: 2n ** 64n - 1n,
      deadLetterSourceArn: 'arn',
      partition: 2,
    },
  ]);
});

test('messages come queue by queue, by send time, sequence number and id', () => {
  const at = (millis: number, sequence = 0) => `,"send_timestamp_millis":${millis},"sequence_number":${sequence}`;
  const rows = [
    queueRow('b'),
    queueRow('a'),
    message('b', '1'),
    message('a', '1', at(9)),
    message('a', '2', at(-1)),
    message('a', '3', at(5, 2)),
    message('a', '4', at(5, 1)),
    message('a', '0', at(5, 2)),
  ];
  expect(stored(rows, bodies)).toEqual(['a 2', 'a 4', 'a 0', 'a 3', 'a 1', 'b 1']);
  expect(stored(rows, (snapshot) => bodies(snapshot, 'b'))).toEqual(['b 1']);
  expect(
    stored(rows, (snapshot) => Array.from(sqsQueues(snapshot), (queue) => [...sqsMessages(snapshot, queue)].length)),
  ).toEqual([5, 1]);
});

test('of a queue that was purged or made again only the active generation is there, and queues need a row', () => {
  const rows = [
    queueRow('q'),
    generationRow('q', '3'),
    message('q', 'old', ',"queue_generation":2'),
    message('q', 'new', ',"queue_generation":3'),
    message('gone', 'm', ',"queue_generation":1'),
    tombstoneRow('gone', 1n),
    message('lost', 'm'),
  ];
  const warnings: Warning[] = [];
  const read = (snapshot: Snapshot) => [
    ...sqsMessages(snapshot, undefined, { warn: (warning) => warnings.push(warning) }),
  ];
  expect(stored(rows, read).map(({ id }) => id)).toEqual(['new']);
  expect(warnings.map(({ event, fields, loss }) => [event, fields.queue, loss])).toEqual([
    ['sqs_orphan_messages', 'gone', false],
    ['sqs_orphan_messages', 'lost', true],
    ['sqs_stale_generation_messages_dropped', 'q', undefined],
  ]);
});

test('the newest version of a row counts; deleted and expired rows are not there', () => {
  const row = ([key, value]: NodeRow, more: Partial<Entry>) => ({ key, value: Buffer.from(value, 'latin1'), ...more });
  const old = row(message('q', 'm', ',"sender_id":"old"'), { timestamp: 1n });
  const deleted = message('q', 'n');
  const more = [
    old,
    row(deleted, { timestamp: 1n }),
    row(deleted, { timestamp: 2n, isDeletion: true }),
    row(message('q', 'x'), { expiry: 1n }),
  ];
  const read = (snapshot: Snapshot) => Array.from(sqsMessages(snapshot), ({ id, senderId }) => [id, senderId]);
  expect(stored([queueRow('q'), message('q', 'm')], read, more)).toEqual([['m', undefined]]);
});

test('what is read otherwise than it was written is told: repaired texts, attributes that are none', () => {
  const odd = messageRow('q', 'm', '{"message_id":"\xff","body":"","message_attributes":{"k":"\\ud800"}}');
  const warnings: Warning[] = [];
  const read = (snapshot: Snapshot) => [...sqsMessages(snapshot, 'q', { warn: (warning) => warnings.push(warning) })];
  expect(stored([queueRow('q'), odd], read)).toMatchObject([{ id: '\ufffd', attributes: { k: '"\\ud800"' } }]);
  expect(warnings.map(({ event, loss, fields }) => [event, loss, fields.count])).toEqual([
    ['sqs_text_repaired', true, 1],
    ['sqs_attribute_not_encodable', undefined, 1],
  ]);
});

describe('a row that breaks a rule is an error with path, ordinal, key and rule', () => {
  test.each<[string, NodeRow, RegExp]>([
    ['a message', messageRow('q', 'm', '{"body":5}'), /node\.fsm: entry 1 at offset 16, key !sqs\|msg\|data\|.*"body"/],
    ['the key of a message', [`!sqs|msg|data|${seg('q')}`, ''], /node\.fsm: entry 1 .*malformed SQS key/],
    ['a queue', queueRow('..'), /node\.fsm: entry 1 .*cannot be a folder/],
    ['a generation', generationRow('q', 'x'), /node\.fsm: entry 1 .*decimal digits/],
  ])('%s', (_, row, message) => {
    const read = () => stored([row], (snapshot) => [...sqsMessages(snapshot)]);
    expect(read).toThrow(SnapshotFormatError);
    expect(read).toThrow(message);
  });
});

test('of a snapshot that is salvaged damaged rows are left out, counted once, and the rest is read', () => {
  const damage = new Damage();
  const rows = [
    queueRow('q'),
    queueRow('r', '{'),
    message('q', 'm'),
    message('q', 'n', ',"body":5'),
    message('r', 'm'),
  ];
  const read = (snapshot: Snapshot) => [
    Array.from(sqsQueues(snapshot), ({ name }) => name),
    bodies(snapshot),
    bodies(snapshot, 'q'),
  ];
  expect(stored(rows, read, [], damage)).toEqual([['q'], ['q m'], ['q m']]);
  expect(damage.counts()).toEqual({ rows: 2 });
});

test('a queue that is not there is refused, and those that are there are named', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const read = (snapshot: Snapshot) => () => bodies(snapshot, 'ordres');
  const rows = names.map((name) => queueRow(name));
  stored(rows, (snapshot) => {
    expect(read(snapshot)).toThrow(ArgumentError);
    expect(read(snapshot)).toThrow('has no queue "ordres"; there are: "a", "b", "c" and 2 more');
  });
  stored([], (snapshot) => expect(read(snapshot)).toThrow('there are: no queues'));
});

test('what is no snapshot and no name is refused at once', () => {
  const wrong = (use: () => unknown) => expect(use).toThrow(ArgumentError);
  wrong(() => sqsQueues('orders.fsm' as never));
  wrong(() => sqsMessages(undefined as never));
  stored([], (snapshot) => {
    wrong(() => sqsMessages(snapshot, 5 as never));
    wrong(() => sqsMessages(snapshot, null as never));
    wrong(() => sqsMessages(snapshot, 'q', null as never));
    wrong(() => sqsQueues(snapshot, { warn: 'yes' as never }));
    wrong(() => sqsMessages(snapshot, 'q', { scratch: '/tmp' as never }));
  });
});

test('a loop that is left early, or ends with an error, leaves no file open and no scratch folder', () => {
  const many = Array.from({ length: 3000 }, (_, i) => message('q', `m${i}`, `,"sender_id":"${'s'.repeat(8000)}"`));
  const open = () => readdirSync('/proc/self/fd').length;
  stored([queueRow('q'), ...many], (snapshot) => {
    [...sqsQueues(snapshot)];
    const before = open();
    for (const { id } of sqsMessages(snapshot)) if (id === 'm1') break;
    expect(open()).toBe(before);
    expect(() => sqsMessages(snapshot, 'r').next()).toThrow();
    expect(open()).toBe(before);
  });
  const before = open();
  const broken = () => stored([...many, message('zz', 'm', ',"body":5')], bodies);
  expect(broken).toThrow(SnapshotFormatError);
  expect(open()).toBe(before);
  expect(readdirSync(folder)).toEqual(['node.fsm']);
});
