import { expect, test } from 'vitest';
import { completedLine } from './completed-line.ts';

const complete = (input: string, decoded: string) =>
  completedLine('sqs/q/messages.jsonl')!(Buffer.from(input), Buffer.from(decoded)).toString();

const DECODED =
  '{"message_id":"m","body":"b","md5_of_body":"92eb","md5_of_message_attributes":"0a77","message_attributes":{"k":{"x":[1,"]}"]}},"send_timestamp_millis":1,"message_group_id":"g","sequence_number":3,"dead_letter_source_arn":"a"}\n';

test.each([
  ['an id', '"message_id":"m",'],
  ['an MD5 of the body', '"md5_of_body":"92eb",'],
  ['an MD5 of the attributes', ',"md5_of_message_attributes":"0a77"'],
  ['a sequence number', '"sequence_number":3,'],
])('%s that is absent comes from the decoded line', (_, member) => {
  expect(complete(DECODED.replace(member, ''), DECODED)).toBe(DECODED);
});

test('all of them may be absent, the last one too', () => {
  const decoded = DECODED.replace(',"dead_letter_source_arn":"a"', '');
  const bare =
    '{"body":"b","message_attributes":{"k":{"x":[1,"]}"]}},"send_timestamp_millis":1,"message_group_id":"g"}\n';
  expect(complete(bare, decoded)).toBe(decoded);
});

test('an empty one counts as absent', () => {
  const empty = DECODED.replace('"m"', '""').replace('"92eb"', 'null').replace('"0a77"', '""').replace(':3', ':0');
  expect(complete(empty, DECODED)).toBe(DECODED);
});

test.each([
  ['another id', DECODED.replace('"m"', '"n"')],
  ['another MD5', DECODED.replace('92eb', '92ec')],
  ['another number', DECODED.replace(':3', ':4')],
  ['another body', DECODED.replace('"b"', '"c"')],
  ['another body and no id', DECODED.replace('"b"', '"c"').replace('"message_id":"m",', '')],
  ['no group', DECODED.replace('"message_group_id":"g",', '')],
  ['white space', DECODED.replace('":"m",', '": "m", ')],
  ['another order', '{"body":"b","message_id":"m"}'],
  ['no object', '[1]\n'],
  ['half an object', '{"body":"b",\n'],
  ['nothing', ''],
])('a line with %s stays another one', (_, input) => {
  expect(complete(input, DECODED)).not.toBe(DECODED);
});

test('a member inside of a body or an attribute is none of the message', () => {
  const decoded = '{"message_id":"m","body":"\\",\\"sequence_number\\":1","message_attributes":{"message_id":1}}\n';
  expect(complete('{"body":"\\",\\"sequence_number\\":1","message_attributes":{"message_id":1}}\n', decoded)).toBe(
    decoded,
  );
});

test.each(['sqs/q/_queue.json', 'redis/messages.jsonl'])('nothing is filled in in %s', (path) => {
  expect(completedLine(path)).toBeUndefined();
});
