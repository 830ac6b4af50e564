import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { SnapshotFormatError } from '../errors.ts';
import { openSnapshot } from '../read/open-snapshot.ts';
import { ScratchFolder } from '../sort/scratch.ts';
import { KEY_CAP } from './constants.ts';

const folder = mkdtempSync(join(tmpdir(), 'ekv-entry-rules-'));
const scratch = new ScratchFolder(folder, 'scratch');
afterAll(() => rmSync(folder, { recursive: true }));

const TIMESTAMP = 1000n;
const HEADER = Buffer.concat([Buffer.from('EKVPBBL1'), u64(TIMESTAMP)]);

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

/** An entry; a length can be given that is not that of the bytes. */
function entry(userKey: Buffer, flags: number, expiry: bigint, keyLength?: bigint): Buffer {
  const suffix = Buffer.alloc(8);
  suffix.writeBigUInt64BE(BigInt.asUintN(64, ~TIMESTAMP));
  const key = Buffer.concat([userKey, suffix]);
  const value = Buffer.concat([Buffer.from([flags]), u64(expiry), Buffer.from('body')]);
  return Buffer.concat([u64(keyLength ?? BigInt(key.length)), key, u64(BigInt(value.length)), value]);
}

/** The user keys that are seen. */
function keysOf(...entries: Buffer[]): string[] {
  const path = join(folder, 'x.fsm');
  writeFileSync(path, Buffer.concat([HEADER, ...entries]));
  const snapshot = openSnapshot(path, { scratch });
  const keys: string[] = [];
  try {
    snapshot.check({
      families: [''],
      onRow: (bytes, keyStart, keyEnd) => void keys.push(bytes.toString('latin1', keyStart, keyEnd)),
    });
    return keys;
  } finally {
    snapshot.close();
  }
}

const KEY = Buffer.from('!zzz|key');

test('a key may be as long as the limit, and empty', () => {
  const longest = Buffer.alloc(KEY_CAP - 8, 'k');
  expect(keysOf(entry(longest, 0, 0n))).toEqual([longest.toString()]);
  expect(keysOf(entry(Buffer.alloc(0), 0, 0n))).toEqual(['']);
});

test.each([
  ['one byte above the limit', BigInt(KEY_CAP) + 1n],
  ['2^32 and a length that would be right', 2n ** 32n + 16n],
  ['2^63', 2n ** 63n],
])('a key length of %s is refused', (_, length) => {
  const read = () => keysOf(entry(KEY, 0, 0n, length));
  expect(read).toThrow(SnapshotFormatError);
  expect(read).toThrow(`the key length ${length} is over the limit of ${KEY_CAP}`);
});

test('an encrypted value is refused, not taken for a plain one', () => {
  expect(() => keysOf(entry(KEY, 0x02, 0n))).toThrow('the value is encrypted');
});

test.each([
  ['before the timestamp', TIMESTAMP - 1n, 0],
  ['at the timestamp', TIMESTAMP, 0],
  ['behind the timestamp', TIMESTAMP + 1n, 1],
])('a row whose expiry is %s (%i): rows are seen as many as %i', (_, expiry, count) => {
  expect(keysOf(entry(KEY, 0, expiry))).toHaveLength(count);
});
