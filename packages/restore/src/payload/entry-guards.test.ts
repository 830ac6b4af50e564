import { SnapshotFormatError } from '@ekv/snapshot';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EntryGuards } from './entry-guards.ts';

interface Entry {
  readonly key?: string;
  readonly timestamp?: bigint;
  readonly flags?: number;
  readonly body?: string;
}

function entryBytes({ key = 'k', timestamp = 5n, flags = 0, body = 'v' }: Entry): Buffer {
  const keyBytes = Buffer.concat([Buffer.from(key), u64be(BigInt.asUintN(64, ~timestamp))]);
  const value = Buffer.concat([Buffer.from([flags]), Buffer.alloc(8), Buffer.from(body)]);
  return Buffer.concat([u64le(keyBytes.length), keyBytes, u64le(value.length), value]);
}

function u64le(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function u64be(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

/** @param cuts where the bytes are divided into blocks. */
function pass(bytes: Buffer, cuts: readonly number[] = [], last = 10n): number {
  const guards = new EntryGuards('in.fsm', last, 16);
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (let i = 1; i < places.length; i++) guards.take(bytes, places[i - 1]!, places[i]!);
  guards.end();
  return guards.entries;
}

function refusal(bytes: Buffer, cuts?: readonly number[], last?: bigint): string {
  try {
    pass(bytes, cuts, last);
  } catch (error) {
    if (error instanceof SnapshotFormatError) return error.message;
    throw error;
  }
  return 'accepted';
}

const entry = fc.record({
  key: fc.string({ maxLength: 30 }),
  timestamp: fc.bigInt({ min: 0n, max: 10n }),
  flags: fc.constantFrom(0, 1),
  body: fc.string({ maxLength: 30 }),
});

test('entries are taken in blocks of any size: empty keys, tombstones, any order', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 12 }), (entries, cuts) => {
      expect(pass(Buffer.concat(entries.map(entryBytes)), cuts)).toBe(entries.length);
    }),
  );
});

test('a cut at any byte inside an entry is found, however the blocks are divided', () => {
  fc.assert(
    fc.property(entry, fc.nat(), fc.array(fc.nat(), { maxLength: 6 }), (one, at, cuts) => {
      const bytes = entryBytes(one);
      const length = 1 + (at % (bytes.length - 1));
      expect(refusal(Buffer.concat([bytes, bytes.subarray(0, length)]), cuts)).toMatch(
        new RegExp(`^in\\.fsm: entry 2 at offset ${16 + bytes.length} is cut short`),
      );
    }),
  );
});

const good = entryBytes({});
const withKeyLength = (length: bigint) => Buffer.concat([u64le(length), good.subarray(8)]);
const withValueLength = (length: bigint) => Buffer.concat([good.subarray(0, 17), u64le(length), good.subarray(25)]);

test.each<[string, Buffer, RegExp]>([
  ['a key above the cap', withKeyLength(1_048_585n), /has a key of 1048585 bytes/],
  ['a key of 2^64 - 1 bytes', withKeyLength(2n ** 64n - 1n), /has a key of 18446744073709552000 bytes/],
  ['a key without room for a timestamp', withKeyLength(7n), /has a key of 7 bytes, which holds no timestamp/],
  ['a value above the cap', withValueLength(268_435_500n), /has a value of 268435500 bytes/],
  ['a value without a header', withValueLength(8n), /has a value of 8 bytes, which holds no value header/],
  ['a flag that means nothing', entryBytes({ flags: 0x08 }), /has the flags 0x8, of which some mean nothing/],
  ['a flag on a tombstone', entryBytes({ flags: 0x81 }), /has the flags 0x81/],
  ['encryption state 1', entryBytes({ flags: 0x02 }), /has an encrypted value/],
  ['encryption state 3', entryBytes({ flags: 0x06 }), /has an encrypted value/],
  [
    'a timestamp above that of the file',
    entryBytes({ timestamp: 11n }),
    /commit timestamp 11, above the last_commit_ts of the file, 10/,
  ],
])('%s is refused with ordinal and offset, also when it comes byte by byte', (_, bytes, message) => {
  const two = Buffer.concat([good, bytes]);
  const all = Array.from({ length: two.length }, (_, i) => i);
  for (const cuts of [[], all]) {
    expect(refusal(two, cuts)).toMatch(new RegExp(`^in\\.fsm: entry 2 at offset ${16 + good.length} `));
    expect(refusal(two, cuts)).toMatch(message);
  }
});

test('timestamps of 64 bits are compared exactly', () => {
  const last = 0x01a2073de8be0031n;
  expect(refusal(entryBytes({ timestamp: last }), [], last)).toBe('accepted');
  expect(refusal(entryBytes({ timestamp: last + 1n }), [], last)).toMatch(/above/);
  expect(refusal(entryBytes({ timestamp: last + 2n ** 32n }), [], last)).toMatch(/above/);
  expect(refusal(entryBytes({ timestamp: last - 2n ** 32n + 0xffn }), [], last)).toBe('accepted');
});

test('a value of the largest size passes without being held', () => {
  const guards = new EntryGuards('in.fsm', 10n, 16);
  const head = Buffer.concat([good.subarray(0, 17), u64le(268_435_499n), Buffer.alloc(9)]);
  guards.take(head, 0, head.length);
  const block = Buffer.alloc(1 << 20);
  for (let left = 268_435_499 - 9; left > 0; left -= block.length) guards.take(block, 0, Math.min(left, block.length));
  guards.end();
  expect(guards.entries).toBe(1);
});
