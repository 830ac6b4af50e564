import { isInRange, RowOwner } from '@ekv/adapter';
import { describe, expect, test } from 'vitest';
import { sqsOwners } from './sqs-owners.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const base64 = (text: string) => bytes(text).toString('base64url');
const SEVEN = `${'\0'.repeat(7)}\x07`;
const THREE = '\0\0\0\x03';
const TIME = '\0\0\x01\xa2\x07\x3e\x79\x14';
const QUEUE = base64('orders');

function find(text: string, value?: string): RowOwner | undefined {
  const found = new RowOwner();
  if (!sqsOwners.find(found, bytes(text), 0, text.length)) return undefined;
  if (value !== undefined) sqsOwners.findInValue(found, bytes(value), 0, value.length);
  return found;
}

const names = (found: RowOwner | undefined) => [found?.scope, found?.key].map((name) => name?.toString());

test.each([
  ['!sqs|queue|meta|', 'definition'],
  ['!sqs|queue|gen|', 'counter'],
  ['!sqs|queue|seq|', 'counter'],
])('%s is of the queue', (prefix, role) => {
  const found = find(prefix + QUEUE);
  expect(found).toMatchObject({ adapter: 'sqs', family: prefix, role, kind: undefined });
  expect(names(found)).toEqual(['orders', undefined]);
  expect(find(prefix)).toBeUndefined();
  expect(find(`${prefix}*`)).toBeUndefined();
});

test('a tombstone is of the queue, and tells its generation', () => {
  const found = find(`!sqs|queue|tombstone|${QUEUE}${SEVEN}`);
  expect(found).toMatchObject({ role: 'marker', kind: undefined, generation: 7n });
  expect(names(found)).toEqual(['orders', undefined]);
});

describe.each([
  ['classic', QUEUE + SEVEN],
  ['partitioned', `p|${QUEUE}|${THREE}${SEVEN}`],
])('rows of a %s queue', (_, queue) => {
  test.each([
    ['!sqs|msg|data|', '', 'value'],
    ['!sqs|msg|vis|', TIME, 'index'],
    ['!sqs|msg|byage|', TIME, 'index'],
  ])('%s is of the message in its key', (prefix, before, role) => {
    const found = find(prefix + queue + before + base64('0f5e'));
    expect(found).toMatchObject({ family: prefix, role, kind: 'message', generation: 7n, isInValue: false });
    expect(names(found)).toEqual(['orders', '0f5e']);
  });

  test.each([
    ['!sqs|msg|dedup|', 'deduplication'],
    ['!sqs|msg|group|', 'lock'],
  ])('%s is of the message in its value', (prefix, role) => {
    const key = `${prefix}${queue}${base64('d1')}`;
    expect(find(key)).toMatchObject({ role, kind: 'message', isInValue: true });
    expect(names(find(key))).toEqual(['orders', undefined]);
    expect(names(find(key, '{"message_id":"0f\\u0035e","send_timestamp_ms":1}'))).toEqual(['orders', '0f5e']);
    for (const value of ['', '{}', '{"message_id":', '[1]'])
      expect(names(find(key, value))).toEqual(['orders', undefined]);
  });

  test.each(['!sqs|msg|vis|', '!sqs|msg|byage|'])('%s without a message is of the queue alone', (prefix) => {
    expect(names(find(`${prefix}${queue}${TIME}`))).toEqual(['orders', undefined]);
    expect(names(find(`${prefix}${queue}${TIME}*`))).toEqual(['orders', undefined]);
  });
});

test.each(['!sqs|msg|data|', `!sqs|msg|data|${SEVEN}`, '!sqs|msg|vis|p|', '!sqs|msg|data|p|YQ', '!sqs|other|x', 'x'])(
  'a key without a queue has no owner: %j',
  (key) => {
    expect(find(key)).toBeUndefined();
  },
);

describe('ranges of a queue', () => {
  const holds = (name: string, key: string) => {
    const owner = { adapter: 'sqs', scope: bytes(name) } as const;
    return sqsOwners.ranges(owner).some((range) => isInRange(range, bytes(key), 0, key.length));
  };

  test('hold no rows of a queue whose name begins alike', () => {
    for (const prefix of ['!sqs|msg|data|', '!sqs|msg|vis|', '!sqs|queue|tombstone|']) {
      expect(holds('q1x', `${prefix}${base64('q1x')}${SEVEN}`)).toBe(true);
      expect(holds('q1x', `${prefix}${base64('q1xyz0')}${SEVEN}`)).toBe(false);
    }
    expect(holds('q1x', `!sqs|queue|meta|${base64('q1xyz0')}`)).toBe(false);
  });

  test('hold rows of any generation that can be told from the name', () => {
    for (let first = 0; first < 256; first++) {
      const key = `!sqs|msg|data|${base64('q1x')}${String.fromCharCode(first)}${SEVEN.slice(1)}${base64('id')}`;
      const isOf = names(find(key))[0] === 'q1x';
      expect(holds('q1x', key), `${first}`).toBe(isOf);
    }
  });
});
