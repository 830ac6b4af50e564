import { expect, test } from 'vitest';
import { decoded, generationRow, messageRow, queueRow, seg, u64 } from './decoded.test-data.ts';
import type { NodeRow } from './node-file.test-data.ts';

const BODY = '"body":"eA=="';
const BODY_MD5 = '9dd4e461268c8034f5c8564e155c67a6';
const ATTRIBUTES = '"message_attributes":{"k":{"DataType":"String","StringValue":"v"}}';
const ATTRIBUTES_MD5 = '0a77b0642718c3d9dd47090567d11e0d';

const row = (id: string, fields: string) =>
  messageRow('q', id, `{"message_id":"${id}",${BODY},"queue_generation":1,${fields}}`);

function warned(rows: readonly NodeRow[]) {
  return decoded(rows).warnings.map(({ event, fields, doubt }) => ({ event, fields, doubt }));
}

test('a stored MD5 that is not the one of its body is told, with queue and message', () => {
  const rows = [
    row('a', `"md5_of_body":"${BODY_MD5}"`),
    row('b', '"md5_of_body":"old"'),
    row('c', '"md5_of_body":"x"'),
  ];
  expect(warned([queueRow('q'), ...rows])).toEqual([
    { event: 'sqs_body_md5_mismatch', fields: { count: 2, example: 'message "b" of queue "q"' }, doubt: true },
  ]);
});

test('a stored MD5 that is not the one of its attributes is told, with queue and message', () => {
  const rows = [
    row('a', `${ATTRIBUTES},"md5_of_message_attributes":"${ATTRIBUTES_MD5}"`),
    row('b', `${ATTRIBUTES},"md5_of_message_attributes":"${BODY_MD5}"`),
  ];
  expect(warned([queueRow('q'), ...rows])).toEqual([
    { event: 'sqs_attributes_md5_mismatch', fields: { count: 1, example: 'message "b" of queue "q"' }, doubt: true },
  ]);
});

test('an MD5 that is not stored contradicts nothing', () => {
  expect(warned([queueRow('q'), row('a', ATTRIBUTES)])).toEqual([]);
});

test('messages that are not written are not judged', () => {
  const wrong = row('a', '"md5_of_body":"old","receive_count":1');
  const events = (rows: readonly NodeRow[]) => warned(rows).map(({ event }) => event);
  expect(events([wrong])).toEqual(['sqs_orphan_messages']);
  expect(events([queueRow('q'), generationRow('q', '2'), wrong])).toEqual([
    'sqs_stale_generation_messages_dropped',
    'sqs_counters_not_carried',
  ]);
});

test('a message counts as received by its receive count or first receive, not by a token or a visible-at', () => {
  const rows = [
    row('a', '"receive_count":1'),
    row('b', '"first_receive_millis":7'),
    row('c', '"current_receipt_token":"AAEC","available_at_millis":5,"visible_at_millis":9'),
  ];
  expect(warned([queueRow('q'), ...rows])).toMatchObject([
    { event: 'sqs_in_flight_reset', fields: { messages: 2, group_locks: 0 } },
  ]);
});

const side = (family: string, queue: string, generation: bigint, rest: string) =>
  [`!sqs|msg|${family}|${seg(queue)}${u64(generation)}${seg(rest)}`, '{}'] as const;
const partitioned = (family: string, queue: string, generation: bigint, rest: string) =>
  [`!sqs|msg|${family}|p|${seg(queue)}|\0\0\0\x01${u64(generation)}${rest}`, '{}'] as const;
const fifo = (name: string) => queueRow(name, '{"is_fifo":true}');

test('deduplication rows and group locks of deleted queues and earlier generations are missed by nobody', () => {
  const rows = [
    fifo('q'),
    generationRow('q', '2'),
    ...['a', 'b', 'c'].map((id) => side('dedup', 'q', 1n, id)),
    side('group', 'q', 1n, 'g'),
    side('dedup', 'gone', 1n, 'a'),
    side('group', 'gone', 1n, 'g'),
    ['!sqs|msg|dedup|', ''] as const,
    ['!sqs|msg|group|cQ', ''] as const,
  ];
  expect(warned(rows).map(({ event }) => event)).toEqual(['sqs_counters_not_carried']);
});

test('those of the generation at hand are counted, queue by queue', () => {
  const message = messageRow('r', 'm', '{"message_id":"m","message_deduplication_id":"d","queue_generation":1}');
  const rows = [
    fifo('q'),
    side('dedup', 'q', 1n, 'a'),
    partitioned('dedup', 'q', 1n, 'b'),
    side('group', 'q', 1n, 'g'),
    partitioned('group', 'q', 1n, 'h'),
    fifo('r'),
    message,
    side('dedup', 'r', 1n, 'd'),
  ];
  expect(warned(rows)).toMatchObject([
    { event: 'sqs_in_flight_reset', fields: { messages: 0, group_locks: 2 } },
    { event: 'sqs_deduplication_not_carried', fields: { rows: 2, messages: 0 } },
  ]);
});
