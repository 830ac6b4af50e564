import { expect, test } from 'vitest';
import { encoded, queue, USABLE } from '../encode/encoded.test-data.ts';

const NOW = 1_795_000_000_000n;

function line(more: Readonly<Record<string, number>> = {}): string {
  return JSON.stringify({ message_id: 'm', body: '', send_timestamp_millis: 1_794_999_999_000, ...more });
}

test.each([
  [99_999_999, []],
  [100_000_000, ['sqs_time_in_seconds']],
  [1_795_000_000, ['sqs_time_in_seconds']],
  [99_999_999_999, ['sqs_time_in_seconds']],
  [100_000_000_000, []],
])('a time that looks like seconds is told, and that is no doubt: %d', (time, wanted) => {
  const given = queue(
    `,"message_retention_seconds":0`,
    line({ send_timestamp_millis: time, available_at_millis: time }),
  );
  const found = encoded(given, { nowMillis: NOW }).warnings.filter(({ event }) => event === 'sqs_time_in_seconds');
  expect(found.map(({ event }) => event)).toEqual(wanted);
  for (const { message, loss, doubt } of found) {
    expect(message).toContain(`has "send_timestamp_millis" ${time}; the numbers look like seconds: milliseconds since`);
    expect(loss ?? doubt).toBeFalsy();
  }
});

test('a time is looked at as it was before it was moved', () => {
  const seconds = line({ send_timestamp_millis: 1_795_000_000, available_at_millis: 1_795_000_000 });
  const shiftMs = 1_700_000_000_000n;
  const { warnings } = encoded(queue(USABLE, seconds, line()), { nowMillis: NOW, shiftMs });
  const [found] = warnings.filter(({ event }) => event === 'sqs_time_in_seconds');
  expect(found!.fields).toMatchObject({ count: 1 });
  expect(found!.message).toContain('"send_timestamp_millis" 1795000000;');
});
