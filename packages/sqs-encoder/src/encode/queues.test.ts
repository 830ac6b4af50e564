import { linkSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { encoded, encodedTree, queue, refusal, USABLE, withTree } from './encoded.test-data.ts';

describe('_queue.json', () => {
  test.each([
    ['a missing file', undefined, /^sqs\/q\/_queue\.json is missing$/],
    ['an empty file', '', /:1:1: /],
    ['trailing data', '{"format_version":1,"name":"q"}}', /:1:32: trailing data/],
    ['a repeated field', '{"format_version":1,"name":"q","name":"r"}', /:1:32: the field "name" is there twice/],
    ['null', 'null', /:1:1: "format_version" is missing/],
    ['another version', '{"name":"q",\n"format_version":2}', /:2:18: "format_version" is 2/],
    ['a version of another type', '{"format_version":"1"}', /:1:19: "format_version" must be a number/],
    ['a number with a fraction', '{"format_version":1,"delay_seconds":5.0}', /"delay_seconds" must be an integer/],
    ['a number that does not fit', '{"format_version":1,"delay_seconds":9223372036854775808}', /"delay_seconds"/],
    ['no name', '{"format_version":1,"name":null}', /:1:28: "name" is missing or empty/],
    [
      'an unknown limit',
      q('"fifo":true,"fifo_throughput_limit":"perqueue"'),
      /"fifo_throughput_limit" must be .*"perqueue"/,
    ],
    ['an unknown scope', q('"fifo":true,"deduplication_scope":"Queue"'), /"deduplication_scope" must be .*"Queue"/],
    ['3 partitions', q('"fifo":true,"partition_count":3'), /"partition_count" is 3, it must be a power of two/],
    ['64 partitions', q('"fifo":true,"partition_count":64'), /"partition_count" is 64, the maximum is 32/],
    ['2^31 partitions', q('"fifo":true,"partition_count":2147483648'), /"partition_count" is 2147483648, the maximum/],
    ['partitions of a standard queue', q('"partition_count":2'), /"partition_count" is only valid on FIFO queues/],
    ['a limit of a standard queue', q('"fifo_throughput_limit":"perQueue"'), /only valid on FIFO/],
    ['a scope of a standard queue', q('"deduplication_scope":"queue"'), /only valid on FIFO/],
    [
      'queue scope with partitions',
      q('"fifo":true,"partition_count":2,"deduplication_scope":"queue"'),
      /does not go with/,
    ],
    [
      'a group limit without partitions',
      q('"fifo":true,"fifo_throughput_limit":"perMessageGroupId"'),
      /needs a "partition_count"/,
    ],
  ])('with %s is refused', (_, content, message) => {
    const files: Record<string, string> =
      content === undefined ? { 'q/messages.jsonl': '' } : { 'q/_queue.json': content };
    expect(refusal(files)).toMatch(message);
    expect(refusal(files)).toMatch(/^sqs\/q\/_queue\.json/);
  });

  test('with a field that means nothing is taken, with a warning', () => {
    const { rows, warnings } = encoded({ 'q/_queue.json': q(`"tags":{"a":"b"}${USABLE}`) });
    expect(rows).toHaveLength(2);
    expect(warnings.map(({ event, fields }) => [event, fields])).toEqual([
      ['unknown_field', { field: 'tags', count: 1 }],
    ]);
  });
});

function q(more: string): string {
  return `{"format_version":1,"name":"q",${more}}`;
}

test('two folders with one name are refused, and both are told', () => {
  const file = { 'a/_queue.json': q('"fifo":false'), 'b/_queue.json': q('"fifo":false') };
  expect(refusal(file)).toMatch(/^duplicate queue q: sqs\/a and sqs\/b /);
});

test('problems of several queues are told together', () => {
  const message = refusal({ 'a/_queue.json': '{', 'b/_queue.json': '[]', 'c/_queue.json': q('"fifo":1') });
  expect(message).toMatch(/^3 problems:\n.*sqs\/a.*\n.*sqs\/b.*\n.*sqs\/c.*"fifo" must be true or false/);
});

test.each([
  ['a link in place of a queue', (root: string) => symlinkSync('q', join(root, 'sqs', 'r')), /sqs\/r is a symlink/],
  [
    'a link in place of messages.jsonl',
    (root: string) => symlinkSync('x', join(root, 'sqs/q/messages.jsonl')),
    /sqs\/q\/messages\.jsonl is a symlink/,
  ],
  [
    'a folder in place of messages.jsonl',
    (root: string) => mkdirSync(join(root, 'sqs/q/messages.jsonl')),
    /sqs\/q\/messages\.jsonl must be a regular file, it is a folder/,
  ],
  [
    'a hard link',
    (root: string) => linkSync(join(root, 'sqs/q/_queue.json'), join(root, 'other')),
    /sqs\/q\/_queue\.json is hard-linked \(2 names\)/,
  ],
  [
    'a link deep below',
    (root: string) => {
      mkdirSync(join(root, 'sqs/q/deep'));
      symlinkSync('x', join(root, 'sqs/q/deep/link'));
    },
    /sqs\/q\/deep\/link is a symlink/,
  ],
])('%s is refused', (_, change, message) => {
  withTree({ 'q/_queue.json': q('"fifo":false') }, (root) => {
    change(root);
    expect(() => encodedTree(root)).toThrow(message);
  });
});

test('other files are left out with a warning', () => {
  const { rows, warnings } = encoded({ ...queue(USABLE), 'README.txt': 'x', 'q/_internals/side_records.jsonl': '{' });
  expect(rows).toHaveLength(2);
  expect(warnings.map(({ event, fields }) => [event, fields])).toEqual([['stray_files', { adapter: 'SQS', count: 2 }]]);
});

describe('messages past the retention of their queue', () => {
  const line = (id: string, sent: number) => `{"message_id":"${id}","send_timestamp_millis":${sent}}`;
  const settings = ',"message_retention_seconds":60';
  const past = (files: Record<string, string>, nowMillis: bigint, shiftMs = 0n) =>
    encoded(files, { nowMillis, shiftMs }).warnings.find(({ event }) => event === 'sqs_past_retention');

  test('are counted, and that is neither loss nor doubt', () => {
    const files = queue(settings, line('old', 40_000), line('edge', 40_001), line('new', 99_000));
    const { message, fields, loss, doubt } = past(files, 100_000n)!;
    expect(fields).toEqual({ messages: 1, queues: 1 });
    expect(message).toContain('1 of 3 in q');
    expect(message).toContain('encode with the option shiftTimes');
    expect(loss ?? doubt).toBeFalsy();
  });

  test('are judged by the times that they were moved to', () => {
    const files = queue(settings, line('old', 40_000), line('new', 99_000));
    expect(past(files, 1_100_000n, 1_000_001n)).toBeUndefined();
    expect(past(files, 1_100_000n, 1_000_000n)!.message).toContain('the option shiftTimes was not enough');
  });

  test('get a hint when their times look like seconds', () => {
    const now = 1_795_000_000_000n;
    expect(past(queue(settings, line('a', 1_794_999_999), line('b', 0)), now)!.message).toMatch(
      /times of 1 look like sec/,
    );
    expect(past(queue(settings, line('a', 1_694_999_999_000)), now)!.message).not.toContain('seconds, milliseconds');
  });
});

test('a message counts as received by its receive count or first receive, not by a token or a visible-at', () => {
  const lines = [
    '{"message_id":"a","receive_count":1}',
    '{"message_id":"b","first_receive_millis":9}',
    '{"message_id":"c","visible_at_millis":9,"current_receipt_token":"AAEC"}',
  ];
  const { warnings } = encoded(queue('', ...lines));
  expect(warnings.find(({ event }) => event === 'sqs_in_flight_reset')!.fields).toEqual({ messages: 2 });
});
