import { describe, expect, test } from 'vitest';
import { encoded, queue, refusal } from './encoded.test-data.ts';

const PARTITIONED = ',"fifo":true,"partition_count":4,"fifo_throughput_limit":"perMessageGroupId"';

/** Values of the data rows behind their magic. */
function values(files: Record<string, string>): string[] {
  return encoded(files)
    .rows.filter(([key]) => key.startsWith('!sqs|msg|data|'))
    .map(([, value]) => Buffer.from(value.slice(4), 'latin1').toString());
}

describe('a line of messages.jsonl', () => {
  test.each([
    ['no id', '{"body":"x"}', /:1:1: "message_id" is missing or empty/],
    ['null', 'null', /:1:1: "message_id" is missing/],
    ['an array', '[1]', /:1:1: a message must be an object, not an array/],
    ['a stray bracket', '{"message_id":"a"}}', /:1:19: .*not a JSON value/],
    ['text behind an object', '{"message_id":"a"} x', /:1:20: .*not a JSON value/],
    ['a repeated field', '{"message_id":"a","message_id":"b"}', /:1:19: the field "message_id" is there twice/],
    [
      'a repeated member of an attribute',
      '{"message_id":"a","message_attributes":{"n":{"x":1,"x":2}}}',
      /"x" is there twice/,
    ],
    ['a lone surrogate', '{"message_id":"\\ud800"}', /:1:16: a lone surrogate/],
    [
      'a time that is text',
      '{"message_id":"a","send_timestamp_millis":"5"}',
      /"send_timestamp_millis" must be a number/,
    ],
    ['a body that is a number', '{"message_id":"a","body":5}', /:1:26: "body" must be a string or an object/],
    [
      'a binary body with another member',
      '{"message_id":"a","body":{"base64":"","x":1}}',
      /"body" must have "base64" alone/,
    ],
    ['a binary body without base64', '{"message_id":"a","body":{}}', /:1:26: "body" must be/],
    [
      'padding in the body',
      '{"message_id":"a","body":{"base64":"eA=="}}',
      /"base64" must be base64 in the URL alphabet/,
    ],
    ['a token in the other alphabet', '{"message_id":"a","current_receipt_token":"_w=="}', /standard alphabet/],
    [
      'a partition of a queue without',
      '{"message_id":"a","partition":1}',
      /message "a" of queue "q" has "partition" 1/,
    ],
  ])('with %s is refused', (_, line, message) => {
    expect(refusal(queue('', line))).toMatch(message);
    expect(refusal(queue('', line))).toMatch(/^sqs\/q\/messages\.jsonl:/);
  });

  test('that breaks a rule does not keep the next ones from being looked at', () => {
    const lines = ['{"body":"1"}', '{"message_id":"ok"}', '{"message_id":"a","partition":7}', '{ "message_id": "" }'];
    const [, ...problems] = refusal(queue('', ...lines)).split('\n');
    expect(problems.map((problem) => /jsonl:(\d+):/.exec(problem)![1])).toEqual(['1', '3', '4']);
  });

  test('may share its line with others, or take several', () => {
    const text =
      '{"message_id":"a"}{"message_id":"b"}\r\n\n{\n"message_id":\n"c"}\n{"message_id":"d"} {"message_id":"e"}\n';
    expect(values(queue('', text)).map((value) => JSON.parse(value).message_id)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('is found by its number also behind lines of several messages', () => {
    const text = '{"message_id":"a"}{"message_id":"b"}\n{"message_id":"c"} {"body":5}\n{"message_id":"d"}\n';
    expect(refusal(queue('', text))).toMatch(/:2:28: "body"/);
  });

  test.each([
    ['a string', '"\\u003c\\ud83d\\ude00\\/"', '"PPCfmIAv"'],
    ['base64', '{"base64":"_w\\nD-"}', '"/wD+"'],
    ['null', 'null', '""'],
    ['valid UTF-8 as base64', '{"base64":"aGk"}', '"aGk="'],
  ])('has a body as %s', (_, body, stored) => {
    expect(values(queue('', `{"message_id":"a","body":${body}}`))[0]).toContain(`"body":${stored},`);
  });

  test('without a body is stored with null', () => {
    expect(values(queue('', '{"message_id":"a"}'))).toEqual([
      '{"message_id":"a","body":null,"md5_of_body":"","send_timestamp_millis":0,"available_at_millis":0,"visible_at_millis":0,"receive_count":0,"current_receipt_token":null,"queue_generation":1}',
    ]);
  });

  test('has attributes sorted by the bytes of their names, their text escaped and without white space', () => {
    const attributes = '{"\\ud83d\\ude00":1,"\\uffff":2,"a<":{ "x" : "<&>\u2028\\u00e9", "y" : 1.50e+3 }}';
    expect(values(queue('', `{"message_id":"a","message_attributes":${attributes}}`))[0]).toContain(
      '"message_attributes":{"a\\u003c":{"x":"\\u003c\\u0026\\u003e\\u2028\\u00e9","y":1.50e+3},"\uffff":2,"\u{1f600}":1}',
    );
  });

  test('of 256 KiB and more is read whole', () => {
    const body = 'long <body> '.repeat(100_000);
    const [value] = values(queue('', JSON.stringify({ message_id: 'a', body }), '{"message_id":"b"}'));
    expect(Buffer.from(JSON.parse(value!).body, 'base64').toString()).toBe(body);
  });
});

describe('a message of a partitioned queue', () => {
  const line = (more: string) => `{"message_id":"m","message_group_id":"g0"${more}}`;

  test.each([
    ['without its partition', line(''), /message "m" of queue "q" has no "partition".*decode the snapshot again/],
    ['with null', line(',"partition":null'), /has no "partition"/],
    ['above the number of partitions', line(',"partition":4'), /"partition" 4, but "partition_count" is 4/],
    [
      'in another than that of its group',
      line(',"partition":1'),
      /"partition" 1, but group "g0" belongs to partition 2/,
    ],
    [
      'without a group, in another than the first',
      '{"message_id":"m","partition":1}',
      /a message without group belongs to partition 0/,
    ],
  ])('%s is refused', (_, text, message) => {
    expect(refusal(queue(PARTITIONED, text))).toMatch(message);
  });

  test('of the limit perQueue must be in partition 0', () => {
    const settings = ',"fifo":true,"partition_count":4,"fifo_throughput_limit":"perQueue"';
    expect(refusal(queue(settings, line(',"partition":2')))).toMatch(/"partition" 2; with .* must be 0/);
    expect(encoded(queue(settings, line(',"partition":0'))).rows).toHaveLength(5);
  });
});

describe('a deduplication row', () => {
  const owners = (files: Record<string, string>) =>
    encoded(files)
      .rows.filter(([key]) => key.startsWith('!sqs|msg|dedup|'))
      .map(([, value]) => JSON.parse(value).message_id);
  const line = (id: string, more: string) => `{"message_id":"${id}","message_deduplication_id":"d"${more}}`;

  test('belongs to the message that was sent last', () => {
    const lines = [line('a', ',"send_timestamp_millis":-5'), line('b', ',"send_timestamp_millis":7'), line('c', '')];
    expect(owners(queue(',"fifo":true', ...lines))).toEqual(['b']);
  });

  test('of equal times belongs to the first in the file, whatever the groups', () => {
    const lines = [line('z', ',"sequence_number":9'), line('a', ',"message_group_id":"g","sequence_number":1')];
    expect(owners(queue(',"fifo":true', ...lines))).toEqual(['z']);
  });

  test('of equal times in a partitioned queue belongs to the first by sequence number and id', () => {
    const one = (id: string, sequence: number) => line(id, `,"sequence_number":${sequence},"partition":0`);
    expect(owners(queue(PARTITIONED, one('z', 9), one('c', 2), one('b', 2)))).toEqual(['b']);
  });

  test('is there for each group of a partitioned queue', () => {
    const lines = [
      line('a', ',"partition":2,"message_group_id":"g0"'),
      line('b', ',"partition":1,"message_group_id":"g1"'),
    ];
    expect(owners(queue(PARTITIONED, ...lines)).sort()).toEqual(['a', 'b']);
  });

  test('is not there in a standard queue', () => {
    expect(owners(queue(',"content_based_deduplication":true', line('a', '')))).toEqual([]);
  });

  test('expires five minutes after the send, as a number of 64 bits that wraps', () => {
    const { rows } = encoded(queue(',"fifo":true', line('a', ',"send_timestamp_millis":9223372036854775807')));
    expect(rows.at(-1)![1]).toContain('"expires_at_millis":-9223372036854475809');
  });
});

test('a sequence row is there when a message of a FIFO queue has a number', () => {
  const sequences = (settings: string, ...lines: string[]) =>
    encoded(queue(settings, ...lines)).rows.filter(([key]) => key.startsWith('!sqs|queue|seq|'));
  const line = '{"message_id":"a","sequence_number":18446744073709551615}';
  expect(sequences(',"fifo":true', line)).toEqual([['!sqs|queue|seq|cQ', '18446744073709551615']]);
  expect(sequences(',"fifo":true', '{"message_id":"a"}')).toEqual([]);
  expect(sequences('', line)).toEqual([]);
});

test('index rows of negative times stand at 0', () => {
  const { rows } = encoded(queue('', '{"message_id":"m","send_timestamp_millis":-1,"available_at_millis":-9}'));
  const zero = `cQ${'\0'.repeat(7)}\x01${'\0'.repeat(8)}bQ`;
  expect(rows.slice(3)).toEqual([
    [`!sqs|msg|vis|${zero}`, 'm'],
    [`!sqs|msg|byage|${zero}`, 'm'],
  ]);
});
