import { expect, test } from 'vitest';
import { ignoredGeneration } from './ignored-generation.ts';

const counts = (line: string) => ignoredGeneration('sqs/q/messages.jsonl')!(Buffer.from(line)).toString();

test("the digits of a message's queue_generation do not count", () => {
  expect(counts('{"message_id":"m","queue_generation":12,"a":1}\n')).toBe(
    '{"message_id":"m","queue_generation":,"a":1}\n',
  );
});

test.each([
  '{"message_id":"m"}',
  '{"body":"\\"queue_generation\\":5"}',
  '{"message_attributes":{"queue_generation":5}}',
  '{"body":"queue_generation","x":5}',
  '[{"queue_generation":5}]',
])('all of %s counts', (line) => {
  expect(counts(line)).toBe(line);
});

test('the field is found after a body and an attribute with its text', () => {
  const before = '{"body":"\\\\\\"queue_generation\\":5{","message_attributes":{"queue_generation":{"x":5}}';
  expect(counts(`${before},"queue_generation":7}`)).toBe(`${before},"queue_generation":}`);
});

test.each(['sqs/q/_queue.json', 'sqs/messages.jsonl.txt', 'redis/messages.jsonl'])(
  '%s is compared byte by byte',
  (path) => {
    expect(ignoredGeneration(path)).toBeUndefined();
  },
);
