import { describe, expect, test } from 'vitest';
import { encoded } from '../encode/encoded.test-data.ts';

const SOUND = { format_version: 1, name: 'q', message_retention_seconds: 345_600, maximum_message_size: 262_144 };

/** `_queue.json` of each folder, in lines. */
function queues(...settings: Array<Record<string, unknown>>): Record<string, string> {
  const files = settings.map(
    (more, i) => [`f${i}/_queue.json`, JSON.stringify({ ...SOUND, ...more }, null, 1)] as const,
  );
  return Object.fromEntries(files);
}

const policy = (more: Record<string, unknown>, target = 'dead') =>
  JSON.stringify({ deadLetterTargetArn: `arn:aws:sqs:us-east-1:000000000000:${target}`, maxReceiveCount: 2, ...more });

test.each([
  [{}],
  [{ name: 'A-z_0'.padEnd(80, '9') }],
  [{ name: 'q.fifo', fifo: true, content_based_deduplication: true }],
  [{ visibility_timeout_seconds: 43_200, delay_seconds: 900, receive_message_wait_seconds: 20 }],
  [{ message_retention_seconds: 60, maximum_message_size: 1024 }],
  [{ message_retention_seconds: 1_209_600, maximum_message_size: 1_048_576 }],
  [{ redrive_allow_policy: '{"redrivePermission": "allowAll"}' }],
  [{ redrive_allow_policy: '{"redrivePermission":"byQueue","sourceQueueArns":["arn:aws:sqs:r:1:a"]}' }],
])('the settings %j, which a server takes, warn of nothing', (settings) => {
  expect(encoded(queues(settings)).warnings).toEqual([]);
});

describe('a setting that no server has is told, with file and line, and refused by --strict', () => {
  test.each([
    [
      'a name of 81 characters',
      { name: 'q'.repeat(81) },
      'sqs_queue_name_unusable',
      3,
      /81 characters, the API takes 80/,
    ],
    ['a space in a name', { name: 'a b' }, 'sqs_queue_name_unusable', 3, /is "a b"/],
    ['a FIFO queue without the suffix', { fifo: true }, 'sqs_queue_name_unusable', 3, /ends with "\.fifo"/],
    ['the suffix on a standard queue', { name: 'q.fifo' }, 'sqs_queue_name_unusable', 3, /"fifo" is not true/],
    [
      'a long visibility timeout',
      { visibility_timeout_seconds: 43_201 },
      'sqs_queue_settings_unusable',
      6,
      /takes 0 to 43200/,
    ],
    ['a negative delay', { delay_seconds: -1 }, 'sqs_queue_settings_unusable', 6, /"delay_seconds" is -1/],
    ['no retention', { message_retention_seconds: 0 }, 'sqs_queue_settings_unusable', 4, /takes 60 to 1209600/],
    ['a long wait', { receive_message_wait_seconds: 21 }, 'sqs_queue_settings_unusable', 6, /takes 0 to 20/],
    [
      'no message size',
      { maximum_message_size: undefined },
      'sqs_queue_settings_unusable',
      1,
      /"maximum_message_size" is 0/,
    ],
    [
      'content-based deduplication of a standard queue',
      { content_based_deduplication: true },
      'sqs_queue_settings_unusable',
      6,
      /only valid on FIFO/,
    ],
    ['a policy that is no JSON', { redrive_policy: 'dead' }, 'sqs_redrive_policy_unusable', 6, /JSON object/],
    [
      'a policy without target',
      { redrive_policy: '{"maxReceiveCount":1}' },
      'sqs_redrive_policy_unusable',
      6,
      /no "deadLetterTargetArn"/,
    ],
    [
      'no receive count',
      { redrive_policy: policy({ maxReceiveCount: undefined }, 'q') },
      'sqs_redrive_policy_unusable',
      6,
      /"maxReceiveCount" of nothing/,
    ],
    [
      'a receive count of 0',
      { redrive_policy: policy({ maxReceiveCount: '0' }, 'q') },
      'sqs_redrive_policy_unusable',
      6,
      /"maxReceiveCount" "0"/,
    ],
    [
      'a receive count of 1001',
      { redrive_policy: policy({ maxReceiveCount: 1001 }, 'q') },
      'sqs_redrive_policy_unusable',
      6,
      /takes 1 to 1000/,
    ],
    [
      'another permission',
      { redrive_allow_policy: '{"redrivePermission":"all"}' },
      'sqs_redrive_policy_unusable',
      6,
      /none of allowAll/,
    ],
    [
      'a permission by queue without queues',
      { redrive_allow_policy: '{"redrivePermission":"byQueue"}' },
      'sqs_redrive_policy_unusable',
      6,
      /"sourceQueueArns"/,
    ],
    [
      'a missing dead letter queue',
      { redrive_policy: policy({}) },
      'sqs_dead_letter_queue_missing',
      6,
      /no standard queue dead/,
    ],
  ])('%s', (_, settings, event, line, example) => {
    const [warning, ...more] = encoded(queues(settings)).warnings;
    expect(more).toEqual([]);
    expect(warning).toMatchObject({ event, doubt: true, fields: { count: 1 } });
    expect(warning!.fields.example).toMatch(new RegExp(`^sqs/f0/_queue\\.json:${line}: `));
    expect(warning!.fields.example).toMatch(example);
  });
});

test('a dead letter queue is found wherever it stands, and must be of the same kind', () => {
  const dead = { name: 'dead' };
  const source = (name: string) => ({ name, redrive_policy: policy({ maxReceiveCount: '3' }) });
  expect(encoded(queues(dead, source('a'))).warnings).toEqual([]);
  expect(encoded(queues(source('a'), source('b'), dead)).warnings).toEqual([]);
  const { warnings } = encoded(queues(dead, { ...source('a.fifo'), fifo: true }, { ...source('b.fifo'), fifo: true }));
  expect(warnings.map(({ event, fields }) => [event, fields.count])).toEqual([['sqs_dead_letter_queue_missing', 2]]);
  expect(warnings[0]!.fields.example).toMatch(/^sqs\/f1\/_queue\.json:\d: there is no FIFO queue dead$/);
});
