import { expect, test } from 'vitest';
import { encoded, queue, refusal } from './encoded.test-data.ts';

const line = (sent: bigint | number, available: bigint | number) =>
  `{"message_id":"m","send_timestamp_millis":${sent},"available_at_millis":${available},"message_deduplication_id":"d"}`;

function time(millis: bigint): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(millis);
  return bytes.toString('latin1');
}

test('both times of a message move, in its value, its index rows and its deduplication row', () => {
  const { rows } = encoded(queue(',"fifo":true', line(1000, 4000)), { shiftMs: 50n });
  const values = Object.fromEntries(rows.map(([key, value]) => [key.slice(0, key.lastIndexOf('|')), [key, value]]));
  expect(values['!sqs|msg|data']![1]).toContain('"send_timestamp_millis":1050,"available_at_millis":4050,');
  expect(values['!sqs|msg|byage']![0]).toContain(time(1050n));
  expect(values['!sqs|msg|vis']![0]).toContain(time(4050n));
  expect(values['!sqs|msg|dedup']![1]).toContain('"send_timestamp_ms":1050,"expires_at_millis":301050');
});

test.each([
  [
    line(-100, 0),
    50n,
    /:2:1: message "m" of queue "q" has a "send_timestamp_millis" that .* would move by 50 ms out of 0 to 92/,
  ],
  [line(100, 0), -50n, /has a "available_at_millis" that .* would move by -50 ms out of 0/],
  [line(2n ** 63n - 1n, 0), 1n, /has a "send_timestamp_millis" .* out of 0 to 9223372036854775807/],
])('a time that would leave its range is refused, with file and line: %s by %s', (second, shiftMs, message) => {
  const files = queue('', '{"message_id":"a","send_timestamp_millis":100,"available_at_millis":100}', second);
  expect(refusal(files, { shiftMs })).toMatch(message);
});

test('the ends of the range can be reached', () => {
  expect(encoded(queue('', line(2n ** 63n - 2n, 0)), { shiftMs: 1n }).rows).toHaveLength(5);
  expect(encoded(queue('', line(5, 9)), { shiftMs: -5n }).rows).toHaveLength(5);
});
