import { describe, expect, test } from 'vitest';
import { encoded, queue, refusal } from './encoded.test-data.ts';

interface Row {
  readonly message_id: string;
  readonly md5_of_body: string;
  readonly md5_of_message_attributes?: string;
  readonly sequence_number?: number;
}

/** Values of the data rows, in the order of the lines. */
function completed(files: Record<string, string>): Row[] {
  const { rows } = encoded(files, { complete: true });
  const data = rows.filter(([key]) => key.startsWith('!sqs|msg|data|'));
  return data.map(([, value]) => JSON.parse(Buffer.from(value.slice(4), 'latin1').toString()));
}

const ids = (files: Record<string, string>) => completed(files).map(({ message_id }) => message_id);
const numbers = (files: Record<string, string>) => completed(files).map(({ sequence_number }) => sequence_number);
const numbered = (...given: Array<number | undefined>) =>
  given.map((sequence_number, i) => JSON.stringify({ message_id: `m${i}`, body: '', sequence_number }));
const ascending = (texts: readonly string[]) =>
  texts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

test('MD5s that are absent or empty are computed, those that are there stay', () => {
  const attributes = '"message_attributes":{"k":{"DataType":"String","StringValue":"v"}}';
  const rows = completed(
    queue(
      '',
      `{"message_id":"a","body":"from another tool",${attributes}}`,
      `{"message_id":"b","body":"","md5_of_body":"",${attributes},"md5_of_message_attributes":""}`,
      `{"message_id":"c","body":"x","md5_of_body":"old",${attributes},"md5_of_message_attributes":"old"}`,
      '{"message_id":"d","body":"","message_attributes":{"k":1}}',
    ),
  );
  expect(rows.map(({ md5_of_body, md5_of_message_attributes }) => [md5_of_body, md5_of_message_attributes])).toEqual([
    ['ce6e9f972dac49e914803ffeae87648a', '0a77b0642718c3d9dd47090567d11e0d'],
    ['d41d8cd98f00b204e9800998ecf8427e', '0a77b0642718c3d9dd47090567d11e0d'],
    ['old', 'old'],
    ['d41d8cd98f00b204e9800998ecf8427e', undefined],
  ]);
});

test('what was filled in is told, with counts, and is neither loss nor doubt', () => {
  const { warnings } = encoded(queue(',"fifo":true', '{"body":"a"}', '{"body":"b"}'), { complete: true });
  const told = warnings.find(({ event }) => event === 'sqs_completed')!;
  expect(told.fields).toEqual({ md5_of_body: 2, message_id: 2, sequence_number: 2 });
  expect(told.loss ?? told.doubt).toBeFalsy();
  expect(warnings.filter(({ event }) => /md5|sequence/.test(event))).toEqual([]);
});

test('without it nothing is filled in, and a message without id is refused', () => {
  const { rows } = encoded(queue(',"fifo":true', '{"message_id":"a","body":"a"}'));
  expect(rows.find(([key]) => key.startsWith('!sqs|msg|data|'))![1]).toMatch(/"md5_of_body":"",(?!.*sequence_number)/);
  expect(refusal(queue('', '{"body":"a"}'))).toContain('"message_id" is missing or empty');
});

describe('ids that are absent', () => {
  test('are 32 lower-case hex digits, the same for the same tree, and ascend with the lines', () => {
    const lines = Array.from({ length: 300 }, () => '{"body":"same"}');
    const given = ids(queue('', ...lines));
    for (const id of given) expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(given).size).toBe(300);
    expect(ascending(given)).toEqual(given);
    expect(ids(queue('', ...lines))).toEqual(given);
  });

  test('keep the place of their line among messages of one time that have an id', () => {
    const lines = ['', '05', '', '', '77', '', 'zz', '', ''].map((message_id) =>
      JSON.stringify({ message_id, body: '' }),
    );
    const given = ids(queue('', ...lines));
    expect(ascending(given)).toEqual(given);
  });

  test('need no place among messages of other times', () => {
    const given = ids(queue('', '{"message_id":"zz"}', '{"send_timestamp_millis":1}'));
    expect(given[1]).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('sequence numbers that are absent', () => {
  test('count up with the lines of a FIFO queue, and the counter of the queue is the last one', () => {
    const files = queue(',"fifo":true', ...numbered(undefined, undefined, undefined));
    expect(numbers(files)).toEqual([1, 2, 3]);
    const { rows } = encoded(files, { complete: true });
    expect(rows).toContainEqual(['!sqs|queue|seq|cQ', '3']);
  });

  test('go on behind the highest before them', () => {
    expect(numbers(queue(',"fifo":true', ...numbered(4, 9, undefined, 0, 20, undefined)))).toEqual([
      4, 9, 10, 11, 20, 21,
    ]);
  });

  test('that leave no room before a number that is there are refused, with file and line', () => {
    const message = refusal(queue(',"fifo":true', ...numbered(undefined, undefined, 2)), { complete: true });
    expect(message).toMatch(
      /^sqs\/q\/messages\.jsonl:3:1: "sequence_number" 2 leaves no number .*the option complete gave 2/,
    );
  });

  test('above the greatest number of all are refused', () => {
    const last = '{"message_id":"a","sequence_number":18446744073709551615}';
    expect(refusal(queue(',"fifo":true', last, '{"message_id":"b"}'), { complete: true })).toMatch(
      /:2:1: .* none above/,
    );
  });

  test('stay absent in a standard queue', () => {
    expect(numbers(queue('', ...numbered(undefined, 7)))).toEqual([undefined, 7]);
  });
});
