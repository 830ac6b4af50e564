import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type RowVersion, RowVersions } from './row-versions.ts';

/** Keys of a tiny alphabet, so that they are prefixes of each other and run into versions. */
const key = fc.array(fc.constantFrom(0x00, 0x61, 0xa5, 0xff), { maxLength: 4 }).map((bytes) => Buffer.from(bytes));
const version = fc.record({ key, timestamp: fc.bigInt(1n, 2n ** 64n - 1n), size: fc.nat(9), isAlive: fc.boolean() });

interface Entry extends RowVersion {
  readonly key: Buffer;
}

function encoded({ key: user, timestamp }: Entry): Buffer {
  const bytes = Buffer.alloc(user.length + 8);
  user.copy(bytes);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, ~timestamp), user.length);
  return bytes;
}

/** Rows and bytes that are there at a time, by a look at all versions. */
function at(entries: readonly Entry[], moment: bigint): { rows: number; bytes: number } {
  const newest = new Map<string, Entry>();
  for (const entry of entries) {
    const name = entry.key.toString('hex');
    if (entry.timestamp <= moment && (newest.get(name)?.timestamp ?? -1n) < entry.timestamp) newest.set(name, entry);
  }
  const alive = [...newest.values()].filter(({ isAlive }) => isAlive);
  return { rows: alive.length, bytes: alive.reduce((sum, { size }) => sum + size, 0) };
}

test('what the changes add up to at any time is what all versions say', () => {
  fc.assert(
    fc.property(fc.array(version, { maxLength: 40 }), (drawn) => {
      const byKey = new Map(
        drawn.map((one) => [encoded(one).toString('hex'), { ...one, size: one.isAlive ? one.size : 0 }]),
      );
      const entries = [...byKey.values()].sort((a, b) => encoded(a).compare(encoded(b)));
      const changes: { timestamp: bigint; rows: number; bytes: number }[] = [];
      let written = 0;
      const versions = new RowVersions((timestamp, change) => {
        const { rows, bytes } = change;
        changes.push({ timestamp, rows, bytes });
        written += change.written;
      });
      for (const entry of entries) versions.add(encoded(entry), 0, entry.key.length, entry);
      versions.end();
      expect(written).toBe(entries.filter(({ isAlive }) => isAlive).length);
      for (const { timestamp } of entries) {
        const until = changes.filter((change) => change.timestamp <= timestamp);
        const sums = {
          rows: until.reduce((sum, { rows }) => sum + rows, 0),
          bytes: until.reduce((sum, { bytes }) => sum + bytes, 0),
        };
        expect(sums).toEqual(at(entries, timestamp));
      }
    }),
    { numRuns: 1000 },
  );
});
