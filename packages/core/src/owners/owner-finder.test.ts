import { describe, expect, test } from 'vitest';
import { writeAddress } from './addresses.ts';
import { OwnerFinder } from './owner-finder.ts';

const EIGHT = Buffer.alloc(8, 1);
const bytes = (...parts: (string | Uint8Array)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));

/** What the finder says of one row. */
function said(key: Buffer, value?: Buffer) {
  const found = new OwnerFinder().findRow(key, value);
  return found && [writeAddress(found.owner()), found.role, found.kind];
}

describe('rows of transactions', () => {
  test.each<[string, Buffer]>([
    ['a lock', bytes('!txn|lock|!redis|str|k')],
    ['an intent', bytes('!txn|int|!redis|str|k')],
    ['a commit record', bytes('!txn|cmt|!redis|str|k', EIGHT)],
    ['a rollback record', bytes('!txn|rb|!redis|str|k', EIGHT)],
  ])('%s belongs to whoever owns the key that it names', (_, key) => {
    expect(said(key)).toEqual(['redis/k', 'transaction', 'string']);
  });

  test('an intent of an index row names its item by the value that it would write', () => {
    const key = bytes('!txn|int|!ddb|gsi|dA|1|aQ|x\0\x01y\0\x01z\0\x01');
    const written = bytes('!ddb|item|dA|1|y\0\x01z\0\x01');
    expect(said(key)?.[0]).toBe('dynamodb/t');
    expect(said(key, bytes(Buffer.alloc(18), written))?.[0]).toBe('dynamodb/t/y/z');
    expect(said(key, Buffer.alloc(5))?.[0]).toBe('dynamodb/t');
  });

  test('a record that is too short for its start has no owner', () => {
    expect(said(bytes('!txn|cmt|1234567'))).toBeUndefined();
  });
});

test.each(['!dist|meta|version', '!fs|inode|1', '!encryption|writers|', '!txn|meta|x', 'plain', '', '!'])(
  'a key that no adapter knows has no owner: %j',
  (key) => {
    expect(said(Buffer.from(key))).toBeUndefined();
  },
);

test('rows of adapters in turn are found one after the other', () => {
  const finder = new OwnerFinder();
  const keys = ['!redis|str|a', '!sqs|queue|meta|cQ', '!ddb|meta|table|dA', '!s3|bucket|meta|b\0\x01', '!redis|str|b'];
  const found = keys.map((key) => writeAddress(finder.findRow(Buffer.from(key, 'latin1'))!.owner()));
  expect(found).toEqual(['redis/a', 'sqs/q', 'dynamodb/t', 's3/b', 'redis/b']);
});
