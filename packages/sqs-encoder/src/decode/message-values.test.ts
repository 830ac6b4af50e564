import { describe, expect, test } from 'vitest';
import { decoded, messageRow, queueRow, refusedRow } from './decoded.test-data.ts';

/** The line of one message. @param json of the value, as a byte string. */
function line(json: string): { text: string; events: string[] } {
  const { files, warnings } = decoded([queueRow('q'), messageRow('q', 'm', json)]);
  return {
    text: Buffer.from(files['q/messages.jsonl']!, 'latin1').toString().trimEnd(),
    events: warnings.map(({ event }) => event),
  };
}

const stored = (more: string) => `{"message_id":"m"${more}}`;

describe('the body of a stored message', () => {
  test.each([
    ['valid UTF-8 is a string', '"aMO8PA=="', '"hü\\u003c"'],
    ['other bytes are base64 without padding', '"/wD+"', '{"base64":"_wD-"}'],
    ['an encoded surrogate is no UTF-8', '"7aCA"', '{"base64":"7aCA"}'],
    ['null is empty', 'null', '""'],
    ['line breaks in base64 are passed over', '"aG\\r\\nVs\\nbG8="', '"hello"'],
    ['spare bits are ignored', '"aH=="', '"h"'],
    ['an array of byte numbers is bytes', '[104, 105]', '"hi"'],
  ])('%s', (_, body, written) => {
    expect(line(stored(`,"body":${body}`)).text).toContain(`"body":${written},`);
  });

  test.each(['"aGk"', '"aG=k"', '"a==="', '"===="', '"aGk_"', '"aGk="x', '"a b="', '[256]', '["a"]', '{}', '5'])(
    '%s is refused',
    (body) => {
      expect(refusedRow([messageRow('q', 'm', stored(`,"body":${body}`))]).rule).toContain('!sqs|msg|data value');
    },
  );
});

test.each([
  [
    'of repeated fields the last one wins, null leaves it',
    ',"sender_id":"a","sender_id":"b","sender_id":null',
    '"sender_id":"b"',
  ],
  [
    'attributes of repeated objects are merged by name',
    ',"message_attributes":{"a":1,"b":2},"message_attributes":{"b":3}',
    '{"a":1,"b":3}',
  ],
  [
    'attribute values stay as they are, without white space',
    ',"message_attributes":{"n": { "x" : [ 1.50e+3, "\\u00e9 \\/ <" ] } }',
    '{"n":{"x":[1.50e+3,"\\u00e9 \\/ <"]}}',
  ],
  ['another case of a name is another field', ',"Sender_Id":"x"', '"receive_count":0,"queue_generation":0}'],
  ['names beside the body have plain escapes', ',"sender_id":"\\u003c&\\u2028"', '"sender_id":"<&\\u2028"'],
  ['64-bit numbers stay exact', ',"sequence_number":18446744073709551615', '"sequence_number":18446744073709551615'],
  [
    'the lowest time stays exact',
    ',"send_timestamp_millis":-9223372036854775808',
    '"send_timestamp_millis":-9223372036854775808',
  ],
  ['a negative zero of a signed field is 0', ',"receive_count":-0,"available_at_millis":-0', '"available_at_millis":0'],
])('%s', (_, more, part) => {
  expect(line(stored(more)).text).toContain(part);
});

test.each([
  ',"send_timestamp_millis":1.0',
  ',"send_timestamp_millis":1e2',
  ',"send_timestamp_millis":9223372036854775808',
  ',"queue_generation":-1',
  ',"queue_generation":-0',
  ',"sequence_number":18446744073709551616',
  ',"sender_id":5',
  ',"message_attributes":[]',
  ',}',
])('a message with %s is refused', (more) => {
  const { key, rule } = refusedRow([messageRow('q', 'm', stored(more))]);
  expect(key).toMatch(/^!sqs\|msg\|data\|/);
  expect(rule).toMatch(/^invalid !sqs\|msg\|data value:1:\d+: /);
});

test('null counts as a message without fields', () => {
  expect(line('null').text).toBe(
    '{"message_id":"","body":"","send_timestamp_millis":0,"available_at_millis":0,"visible_at_millis":0,"receive_count":0,"queue_generation":0}',
  );
});

test('each byte that is no UTF-8 and each lone surrogate becomes U+FFFD, with one warning', () => {
  const { text, events } = line(stored(',"sender_id":"\xe2\x82x\xff","message_group_id":"\\ud800-\\udc00"'));
  expect(text).toContain('"sender_id":"\ufffd\ufffdx\ufffd"');
  expect(text).toContain('"message_group_id":"\ufffd-\ufffd"');
  expect(events).toEqual(['sqs_text_repaired']);
});

test.each(['{"a":1,"a":2}', '"\\ud800"'])('the attribute value %s is carried as it is, with a warning', (value) => {
  const { text, events } = line(stored(`,"message_attributes":{"n":${value}}`));
  expect(text).toContain(`"message_attributes":{"n":${value}}`);
  expect(events).toEqual(['sqs_attribute_not_encodable']);
});

test('what a receive has changed is kept with the flag alone', () => {
  const json = stored(
    ',"visible_at_millis":5,"receive_count":2,"first_receive_millis":4,"current_receipt_token":"AAEC+w==","queue_generation":1',
  );
  const rows = [queueRow('q'), messageRow('q', 'm', json)];
  const kept = decoded(rows, { preserveSqsVisibility: true });
  expect(kept.files['q/messages.jsonl']).toContain(
    '"visible_at_millis":5,"receive_count":2,"first_receive_millis":4,"current_receipt_token":"AAEC+w==","queue_generation":1}',
  );
  expect(kept.warnings).toEqual([]);
  const reset = decoded(rows);
  expect(reset.files['q/messages.jsonl']).toContain('"visible_at_millis":0,"receive_count":0,"queue_generation":1}');
  expect(reset.warnings.map(({ event }) => event)).toEqual(['sqs_in_flight_reset']);
});
