import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Entry, encodedEntry, payloadBytes, writeSnapshot } from '@ekv/test-support/node-file';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Damage } from '../damage/damage.ts';
import { SnapshotFormatError } from '../errors.ts';
import { wallTimeOf } from '../format/commit-timestamp.ts';
import { ScratchFolder } from '../sort/scratch.ts';
import { openSnapshot } from './open-snapshot.ts';
import {
  COVERED,
  DAMAGED,
  DELETED,
  ENCRYPTED,
  EXPIRED,
  LIVE,
  type VersionState,
  type VersionWalk,
} from './version-walk.ts';

const HEADER_TS = 1000n;
const FAMILIES = ['!a|', '!a|b'];

/** Keys that are the beginning of each other and run into the timestamps of others. */
const keys = fc
  .tuple(fc.constantFrom('!a|', '!a|b', '!x|', ''), fc.array(fc.constantFrom('\0', 'b', '\xff'), { maxLength: 10 }))
  .map(([family, rest]) => family + rest.join(''));
const entries = fc.uniqueArray(
  fc.record({
    key: keys,
    timestamp: fc.oneof(fc.bigInt(1n, 4n), fc.bigInt(0n, 2n ** 64n - 1n)),
    isDeletion: fc.boolean(),
    isEncrypted: fc.boolean(),
    expiry: fc.constantFrom(0n, 0n, HEADER_TS, HEADER_TS + 1n),
    value: fc.oneof(
      fc.uint8Array({ maxLength: 600 }),
      fc.constant(Buffer.alloc(8193, 6)),
      fc.constant(Buffer.alloc(100_000, 7)),
    ),
  }),
  { selector: ({ key, timestamp }) => `${timestamp} ${key}`, maxLength: 30 },
);

/** As told by hand, by key and timestamp. */
function statesOf(given: readonly Entry[]): Map<string, VersionState> {
  const newest = new Map<string, bigint>();
  for (const { key, timestamp } of given)
    if (timestamp! > (newest.get(String(key)) ?? -1n)) newest.set(String(key), timestamp!);
  return new Map(
    given.map((entry) => [
      nameOf(entry),
      entry.timestamp === newest.get(String(entry.key)) ? ownState(entry) : COVERED,
    ]),
  );
}

function ownState({ isDeletion, isEncrypted, expiry }: Entry): VersionState {
  if (isDeletion) return DELETED;
  if (expiry !== 0n && expiry! <= HEADER_TS) return EXPIRED;
  return isEncrypted ? ENCRYPTED : LIVE;
}

const nameOf = ({ key, timestamp }: Entry) => `${timestamp} ${key}`;

function checked<T>(given: readonly Entry[], order: 'sorted' | 'as given', use: (s: ReturnType<typeof check>) => T): T {
  const scratch = new ScratchFolder();
  const path = writeSnapshot(join(temporaryFolder(), 'x.fsm'), given, { order });
  try {
    using snapshot = openSnapshot(path, { scratch });
    return use(check(snapshot));
  } finally {
    scratch.remove();
  }
}

const check = (snapshot: ReturnType<typeof openSnapshot>) =>
  snapshot.check({ families: FAMILIES, bodies: 'passed over', encrypted: 'given' });

test('every version comes once, in order, with what became of it, its family, its time and its sizes', () => {
  fc.assert(
    fc.property(entries, fc.constantFrom('sorted', 'as given'), (given, order) => {
      const want = statesOf(given);
      const byName = new Map(given.map((entry) => [nameOf(entry), entry]));
      checked(given, order, (source) => {
        const walk = source.versions();
        let previous = Buffer.alloc(0);
        while (walk.next()) {
          const { bytes, keyStart, keyEnd, valueStart, headEnd } = walk;
          const key = bytes.toString('latin1', keyStart, keyEnd);
          const name = `${walk.timestamp} ${key}`;
          const entry = byName.get(name)!;
          expect(want.get(name)).toBe(walk.state);
          expect(walk.family).toBe(key.startsWith('!a|b') ? 1 : key.startsWith('!a|') ? 0 : -1);
          expect(walk.bodyBytes).toBe(entry.value!.length);
          expect(bytes.subarray(valueStart, headEnd)).toEqual(Buffer.from(entry.value!.subarray(0, 8192)));
          expect(walk.isDeletion).toBe(entry.isDeletion);
          expect(walk.expiry).toBe(entry.expiry);
          const committed = wallTimeOf(entry.timestamp!);
          expect(BigInt(walk.committedMs)).toBe(committed < 0n ? 0n : committed);
          const encoded = Buffer.from(bytes.subarray(keyStart, keyEnd + 8));
          let shared = 0;
          while (shared < Math.min(encoded.length, previous.length) && encoded[shared] === previous[shared]) shared++;
          expect(walk.shared).toBe(shared);
          previous = encoded;
          want.delete(name);
        }
        expect(want.size).toBe(0);
      });
    }),
  );
});

test('a check gives the same versions on its way as are walked over later', () => {
  const told = (walk: VersionWalk) => [
    walk.bytes.toString('latin1', walk.keyStart, walk.keyEnd),
    walk.timestamp,
    walk.expiry,
    walk.isDeletion,
    walk.committedMs,
    walk.shared,
    walk.family,
    walk.state,
    walk.bodyBytes,
    walk.bytes.toString('latin1', walk.valueStart, walk.headEnd),
  ];
  fc.assert(
    fc.property(entries, fc.constantFrom('read', 'passed over'), fc.boolean(), (given, bodies, sha256) => {
      const scratch = new ScratchFolder();
      const path = writeSnapshot(join(temporaryFolder(), 'x.fsm'), given, { order: 'sorted' });
      using snapshot = openSnapshot(path, { scratch });
      const heard: unknown[] = [];
      const onVersion = (version: VersionWalk) => heard.push(told(version));
      const source = snapshot.check({ families: FAMILIES, encrypted: 'given', bodies, sha256, onVersion });
      const walked: unknown[] = [];
      for (const walk = source.versions(); walk.next(); ) walked.push(told(walk));
      expect(heard).toEqual(walked);
      expect(walked).toHaveLength(given.length);
      scratch.remove();
    }),
    { numRuns: 60 },
  );
});

test('the check counts encrypted rows apart, and says of the first what it says where they are refused', () => {
  fc.assert(
    fc.property(entries, fc.constantFrom('sorted', 'as given'), (given, order) => {
      const states = [...statesOf(given).values()];
      checked(given, order, ({ summary }) => {
        expect(summary.encrypted).toBe(states.filter((state) => state === ENCRYPTED).length);
        expect(summary.tombstones).toBe(states.filter((state) => state === DELETED).length);
        expect(summary.superseded).toBe(states.filter((state) => state === COVERED).length);
        expect(summary.expired).toBe(states.filter((state) => state === EXPIRED).length);
        const isAnyEncrypted = given.some(({ isEncrypted }) => isEncrypted);
        expect(summary.firstEncrypted?.message).toEqual(
          isAnyEncrypted ? expect.stringContaining('encrypted') : undefined,
        );
      });
    }),
  );
});

test('where nothing is said of encrypted entries, the check and all cursors refuse them', () => {
  const given = [{ key: '!a|1', isEncrypted: true }, { key: '!a|2' }];
  const path = writeSnapshot(join(temporaryFolder(), 'x.fsm'), given);
  using refusing = openSnapshot(path);
  expect(() => refusing.check({ families: FAMILIES })).toThrow(/the value is encrypted/);
  using snapshot = openSnapshot(path);
  const cursor = check(snapshot).rows('!a|');
  expect(() => cursor.next()).toThrow(SnapshotFormatError);
});

/** A file of two keys, the value header of the first with these flags. */
function fileWithFlags(flags: number): string {
  const path = join(temporaryFolder(), 'x.fsm');
  const rows = [encodedEntry({ key: '!a|1' }), encodedEntry({ key: '!a|2' })];
  rows[0]!.value[0] = flags;
  writeFileSync(path, payloadBytes(rows));
  return path;
}

test('reserved flags are refused where encrypted entries are given', () => {
  for (const flags of [0x04, 0x06, 0x0a, 0x80]) {
    using snapshot = openSnapshot(fileWithFlags(flags));
    expect(() => check(snapshot)).toThrow(/reserved/);
  }
});

test('what a salvage cannot use is given as damaged', () => {
  const scratch = new ScratchFolder();
  using snapshot = openSnapshot(fileWithFlags(0x80), { scratch, damage: new Damage() });
  const walk = check(snapshot).versions();
  const states: VersionState[] = [];
  while (walk.next()) states.push(walk.state);
  expect(states).toEqual([DAMAGED, LIVE]);
  scratch.remove();
});
