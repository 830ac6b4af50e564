import { expect, test } from 'vitest';
import { overAt } from './over-at.ts';
import type { Unit } from './unit.ts';

const isOver = overAt(1000n);

test('a key is over at its expiry, and one without never', () => {
  const over = [1001n, 1000n, 1n, 0n, null].map((expireAt) =>
    isOver({ adapter: 'redis', stored: { expireAt } } as Unit),
  );
  expect(over).toEqual([false, true, true, false, false]);
});

test('a message is over when it was kept as long as its queue keeps any', () => {
  const queue = { messageRetentionSeconds: 1n };
  const over = [-1n, 0n, 1n].map((sendTimestampMillis) =>
    isOver({ adapter: 'sqs', queue, message: { sendTimestampMillis } } as Unit),
  );
  expect(over).toEqual([true, true, false]);
});

test('items and objects are never over', () => {
  expect([isOver({ adapter: 'dynamodb' } as Unit), isOver({ adapter: 's3' } as Unit)]).toEqual([false, false]);
});
