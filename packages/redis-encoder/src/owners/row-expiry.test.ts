import { RowOwner } from '@ekv/adapter';
import { expect, test } from 'vitest';
import { writeHyperLogLogValue, writeStringValue } from '../layout/blob-value.ts';
import { redisOwners } from './redis-owners.ts';

function expiryOf(key: string, value: Uint8Array): number {
  const found = new RowOwner();
  const bytes = Buffer.concat([Buffer.from(key, 'latin1'), value]);
  expect(redisOwners.find(found, bytes, 0, key.length)).toBe(true);
  return redisOwners.expiresAtMs!(found, bytes, key.length, bytes.length);
}

const EIGHT = (ms: bigint) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(ms);
  return bytes;
};

test('a string says itself when it ends', () => {
  expect(expiryOf('!redis|str|k', writeStringValue(Buffer.from('value'), 1_767_225_600_000n))).toBe(1_767_225_600_000);
  expect(expiryOf('!redis|str|k', writeStringValue(Buffer.from('value that is long'), 0n))).toBe(0);
  expect(expiryOf('!redis|str|k', Buffer.from('no header, as old strings'))).toBe(0);
  expect(expiryOf('!redis|str|k', Buffer.from([0xff, 1, 1, 0]))).toBe(0);
});

test('of other types the index row says it, their own rows do not', () => {
  expect(expiryOf('!redis|ttl|k', EIGHT(1_767_225_600_000n))).toBe(1_767_225_600_000);
  expect(expiryOf('!redis|ttl|k', EIGHT(2n ** 64n - 1n))).toBe(2 ** 64);
  expect(expiryOf('!redis|ttl|k', Buffer.alloc(7, 1))).toBe(0);
  expect(expiryOf('!redis|hll|k', writeHyperLogLogValue(Buffer.from('payload'), 5n))).toBe(0);
  expect(expiryOf('!hs|meta|\0\0\0\x01k', EIGHT(5n))).toBe(0);
});
