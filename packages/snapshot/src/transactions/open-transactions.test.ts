import { join } from 'node:path';
import { writeSnapshot } from '@ekv/test-support/node-file';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { openSnapshot } from '../read/open-snapshot.ts';
import { openTransactions } from './open-transactions.ts';

/** Format, start, expiry, whether it is the first key, and the first key with its length. docs/format/11-transactions.md. */
function lockValue(start: bigint, primary: string): Buffer {
  const value = Buffer.alloc(26 + primary.length);
  value[0] = 1;
  value.writeBigUInt64BE(start, 1);
  value.writeBigUInt64BE(BigInt(primary.length), 18);
  value.write(primary, 26, 'latin1');
  return value;
}

function openIn(locks: ReadonlyArray<readonly [key: string, value: Buffer]>, most = 100) {
  const rows = locks.map(([key, value]) => ({ key: `!txn|lock|${key}`, value }));
  using snapshot = openSnapshot(writeSnapshot(join(temporaryFolder(), 'x.fsm'), rows));
  return openTransactions(snapshot.check({ families: ['!txn|', '!txn|lock|'] }), most).map((one) => ({
    ...one,
    primary: one.primary.toString(),
    keys: one.keys.map(String),
  }));
}

test('locks are brought together by transaction, the oldest first', () => {
  expect(
    openIn([
      ['b', lockValue(9n, 'b')],
      ['c', lockValue(7n, 'a')],
      ['d', lockValue(9n, 'b')],
      ['e', lockValue(7n, 'b')],
    ]),
  ).toEqual([
    { primary: 'a', start: 7n, locks: 1, keys: ['c'] },
    { primary: 'b', start: 7n, locks: 1, keys: ['e'] },
    { primary: 'b', start: 9n, locks: 2, keys: ['b', 'd'] },
  ]);
});

test('of many locks all are counted and ten keys told; of many transactions the oldest are given', () => {
  const locks = Array.from({ length: 30 }, (_, i) => [`k${i}`, lockValue(5n, 'p')] as const);
  const [only] = openIn(locks);
  expect([only!.locks, only!.keys.length]).toEqual([30, 10]);
  const others = Array.from({ length: 50 }, (_, i) => [`k${i}`, lockValue(BigInt(100 - i), `p${i}`)] as const);
  expect(openIn(others, 3).map(({ start }) => start)).toEqual([51n, 52n, 53n]);
});

test('what is no lock is left out', () => {
  expect(
    openIn([
      ['k', Buffer.from('short')],
      ['l', Buffer.alloc(0)],
    ]),
  ).toEqual([]);
});
