import type { Warning } from '@ekv/snapshot';
import { describe, expect, test } from 'vitest';
import { encoded, queue, USABLE } from '../encode/encoded.test-data.ts';

const NOW = 1_795_000_000_000n;
const FIFO = `,"fifo":true${USABLE}`;
const ATTRIBUTE = '{"DataType":"String","StringValue":"v"}';
const EMPTY_MD5 = 'd41d8cd98f00b204e9800998ecf8427e';

/** A message that a server could have stored. @param more fields, which take the place of those of one name. */
function line(more: Record<string, unknown> = {}): string {
  const sound = {
    message_id: 'm',
    body: '',
    md5_of_body: EMPTY_MD5,
    send_timestamp_millis: 1_794_999_999_000,
    available_at_millis: 1_794_999_999_000,
  };
  return JSON.stringify({ ...sound, ...more });
}

function fifoLine(more: Record<string, unknown> = {}): string {
  return line({ message_group_id: 'g', message_deduplication_id: 'd', sequence_number: 1, ...more });
}

/** Names end with the kind of their queue. */
function fifo(...lines: string[]): Record<string, string> {
  const files = queue(FIFO, ...lines);
  return { ...files, 'q/_queue.json': files['q/_queue.json']!.replace('"q"', '"q.fifo"') };
}

function warningsOf(files: Record<string, string>): readonly Warning[] {
  return encoded(files, { nowMillis: NOW }).warnings;
}

function events(files: Record<string, string>): string[] {
  return warningsOf(files).map(({ event }) => event);
}

/** The only warning, and nothing else. */
function only(files: Record<string, string>): Warning {
  const [warning, ...more] = warningsOf(files);
  expect(more).toEqual([]);
  return warning!;
}

test('messages as a server stores them warn of nothing', () => {
  const attributes = { a: { DataType: 'String', StringValue: 'v' } };
  const lines = [
    line({
      message_id: 'a',
      body: 'tab\t, lines\r\n, é, \ud83d\ude00, \ufffd',
      md5_of_body: '90e5331bb0ad4ae4f10b0c2fdd4ecb1e',
    }),
    line({
      message_id: 'b',
      message_attributes: attributes,
      md5_of_message_attributes: '05544d21f4b9e7ec0e9c0cf8d0d3ff95',
    }),
    line({ message_id: 'c', available_at_millis: 1_795_000_900_000 }),
  ];
  const md5s = warningsOf(queue(USABLE, ...lines)).filter(({ event }) => !event.includes('md5'));
  expect(md5s).toEqual([]);
  const numbered = [1, 2, 5].map((n) => fifoLine({ message_id: `m${n}`, sequence_number: n }));
  expect(events(fifo(...numbered))).toEqual([]);
});

describe('a message is told, with file, line and id, and refused by --strict', () => {
  const eleven = Object.fromEntries(
    Array.from({ length: 11 }, (_, i) => [`n${i}`, { DataType: 'String', StringValue: 'v' }]),
  );
  const attribute = (name: string, value: unknown) => ({
    message_attributes: { [name]: value },
    md5_of_message_attributes: '?',
  });
  test.each([
    [
      'with an MD5 of another body',
      { md5_of_body: '977dc0d73e9911453364b5dfc32afa70' },
      'sqs_body_md5_mismatch',
      /has "977dc.*computed is d41d8/,
    ],
    ['with an MD5 in capitals', { md5_of_body: EMPTY_MD5.toUpperCase() }, 'sqs_body_md5_mismatch', /computed is d41d8/],
    ['without MD5', { md5_of_body: undefined }, 'sqs_body_md5_missing', /has none/],
    ['with an empty MD5', { md5_of_body: '' }, 'sqs_body_md5_missing', /has none/],
    ['without body', { body: undefined }, 'sqs_body_missing', /has none/],
    [
      'with a control character',
      { body: 'a\u0001', md5_of_body: 'd3f0f1f1d2f2f8f0e9c7b6a5d4c3b2a1' },
      'sqs_characters_unusable',
      /has U\+0001 in its body/,
    ],
    ['with a noncharacter', { body: '\uffff', md5_of_body: '' }, 'sqs_characters_unusable', /has U\+FFFF in its body/],
    [
      'with bytes that are no text',
      { body: { base64: '_w' }, md5_of_body: '' },
      'sqs_characters_unusable',
      /not UTF-8 in its body/,
    ],
    [
      'larger than the queue takes',
      { body: 'x'.repeat(262_145), md5_of_body: '' },
      'sqs_message_too_large',
      /has 262145 bytes of at most 262144/,
    ],
    [
      'larger with its attributes',
      {
        body: 'x'.repeat(262_100),
        md5_of_body: '',
        ...attribute('a', { DataType: 'String', StringValue: 'v'.repeat(50) }),
      },
      'sqs_message_too_large',
      /has 262157 bytes with its attributes/,
    ],
    ['sent before 1970', { send_timestamp_millis: -1 }, 'sqs_time_unusable', /"send_timestamp_millis" -1/],
    [
      'with a time in microseconds',
      { available_at_millis: 1_795_000_000_000_000 },
      'sqs_time_unusable',
      /"available_at_millis" 1795/,
    ],
    ['available before it was sent', { available_at_millis: 5 }, 'sqs_available_before_sent', /is available at 5/],
    [
      'with eleven attributes',
      { message_attributes: eleven, md5_of_message_attributes: '?' },
      'sqs_attributes_unusable',
      /11 attributes, 10 are the most/,
    ],
    ['with an attribute that is a number', attribute('a', 5), 'sqs_attributes_unusable', /attribute "a" is no object/],
    [
      'with an attribute without type',
      attribute('a', { StringValue: 'v' }),
      'sqs_attributes_unusable',
      /has no "DataType"/,
    ],
    [
      'with an attribute of another type',
      attribute('a', { DataType: 'Text', StringValue: 'v' }),
      'sqs_attributes_unusable',
      /"DataType" "Text"/,
    ],
    [
      'with an attribute without value',
      attribute('a', { DataType: 'String' }),
      'sqs_attributes_unusable',
      /has no "StringValue"/,
    ],
    [
      'with an empty attribute',
      attribute('a', { DataType: 'String', StringValue: '' }),
      'sqs_attributes_unusable',
      /an empty "StringValue"/,
    ],
    [
      'with an empty binary attribute',
      attribute('a', { DataType: 'Binary', BinaryValue: '' }),
      'sqs_attributes_unusable',
      /an empty "BinaryValue"/,
    ],
    [
      'with a Number that is none',
      attribute('a', { DataType: 'Number', StringValue: '0x10' }),
      'sqs_attributes_unusable',
      /is a Number/,
    ],
    [
      'with binary without padding',
      attribute('a', { DataType: 'Binary', BinaryValue: 'AP8' }),
      'sqs_attributes_unusable',
      /no base64/,
    ],
    [
      'with a reserved name',
      attribute('Aws.x', { DataType: 'String', StringValue: 'v' }),
      'sqs_attributes_unusable',
      /reserved for AWS/,
    ],
    [
      'with a dot at the end of a name',
      attribute('a.', { DataType: 'String', StringValue: 'v' }),
      'sqs_attributes_unusable',
      /single dots/,
    ],
    [
      'with an endless name',
      attribute('a'.repeat(257), { DataType: 'String', StringValue: 'v' }),
      'sqs_attributes_unusable',
      /257 characters/,
    ],
    [
      'with a control character in an attribute',
      attribute('a', { DataType: 'String', StringValue: '\u0000' }),
      'sqs_characters_unusable',
      /U\+0000 in its attribute "a"/,
    ],
    [
      'with an MD5 of other attributes',
      attribute('a', { DataType: 'String', StringValue: 'v' }),
      'sqs_attributes_md5_mismatch',
      /has "\?", computed is/,
    ],
    [
      'with an MD5 and no attributes',
      { md5_of_message_attributes: '?' },
      'sqs_attributes_md5_mismatch',
      /computed is d41d8/,
    ],
    [
      'with attributes and no MD5',
      { message_attributes: { a: JSON.parse(ATTRIBUTE) } },
      'sqs_attributes_md5_missing',
      /has none/,
    ],
  ])('%s', (_, more, event, example) => {
    const warning = warningsOf(queue(USABLE, line({ message_id: 'sound' }), line(more))).find(
      (w) => w.event === event,
    )!;
    expect(warning.fields.count).toBe(1);
    expect(warning.fields.example).toMatch(/^sqs\/q\/messages\.jsonl:2: message "m" /);
    expect(warning.fields.example).toMatch(example);
    expect(warning).toMatchObject({ doubt: true });
  });

  test.each([
    ['without group', { message_group_id: '' }, 'sqs_fifo_group_missing', /has none/],
    ['without number', { sequence_number: 0 }, 'sqs_fifo_sequence_missing', /has none/],
    [
      'with a lower number than one sent a second before',
      { sequence_number: 3, send_timestamp_millis: 1_794_999_998_001, available_at_millis: 0 },
      'sqs_sequence_against_time',
      /number 3 and was sent at/,
    ],
  ])('%s, in a FIFO queue', (_, more, event, example) => {
    const first = fifoLine({
      message_id: 'a',
      sequence_number: 2,
      send_timestamp_millis: 1_794_999_999_001,
      available_at_millis: 0,
    });
    const warning = only(fifo(first, fifoLine(more)));
    expect(warning).toMatchObject({ event, doubt: true, fields: { count: 1 } });
    expect(warning.fields.example).toMatch(/^sqs\/q\/messages\.jsonl:2: message "m" /);
    expect(warning.fields.example).toMatch(example);
  });
});

test('a number of a FIFO queue that stands twice is told with both lines, wherever they are', () => {
  const numbers = [7, 9, 7, 8, 9, 7];
  const warning = only(fifo(...numbers.map((n, i) => fifoLine({ message_id: `m${i}`, sequence_number: n }))));
  expect(warning).toMatchObject({ event: 'sqs_sequence_repeated', doubt: true, fields: { count: 3 } });
  expect(warning.fields.example).toBe(
    'sqs/q/messages.jsonl:3: "sequence_number" 7 is also the one of sqs/q/messages.jsonl:1',
  );
});

test('two partitions may have one number, as those of a server in several groups do', () => {
  const partitioned = fifo(
    fifoLine({ message_id: 'a', message_group_id: 'g0', partition: 2 }),
    fifoLine({ message_id: 'b', message_group_id: 'g1', partition: 1 }),
  );
  const settings = `${FIFO},"partition_count":4,"fifo_throughput_limit":"perMessageGroupId"`;
  const files = { ...partitioned, 'q/_queue.json': queue(settings)['q/_queue.json']!.replace('"q"', '"q.fifo"') };
  expect(events(files)).toEqual([]);
});

test('numbers and times may disagree by less than a second, as clocks of nodes do', () => {
  const first = fifoLine({
    message_id: 'a',
    sequence_number: 2,
    send_timestamp_millis: 1_794_999_998_001,
    available_at_millis: 1_794_999_998_001,
  });
  expect(events(fifo(first, fifoLine()))).toEqual([]);
});

test('what a server can have, but an operator should know, is no doubt', () => {
  const withoutId = only(fifo(fifoLine({ message_deduplication_id: '' })));
  expect(withoutId.event).toBe('sqs_fifo_deduplication_missing');
  const ahead = only(
    queue(USABLE, line({ send_timestamp_millis: 4_102_444_800_000, available_at_millis: 4_102_444_800_000 })),
  );
  expect(ahead.event).toBe('sqs_time_ahead');
  for (const { loss, doubt } of [withoutId, ahead]) expect(loss ?? doubt).toBeFalsy();
});

test('a message without time can be received at once, and that is no contradiction', () => {
  expect(events(queue(USABLE, line({ available_at_millis: 0 })))).toEqual([]);
});
