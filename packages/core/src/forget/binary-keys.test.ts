import { rmSync } from 'node:fs';
import { type Entry, writeSnapshot } from '@ekv/test-support/node-file';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { writeAddress } from '../owners/addresses.ts';
import { RUNS_LIMIT_MS, runs } from '../random-data/runs.test-data.ts';
import { entriesIn, ForgetPlace, type StoredEntry } from './forget.test-support.ts';
import { lockValue } from './lock.test-data.ts';

let place: ForgetPlace;
beforeEach(() => {
  place = new ForgetPlace();
});

/** As a timestamp stands behind a key. */
function inverted(timestamp: bigint): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, ~timestamp));
  return bytes.toString('latin1');
}

/** Keys that begin each other, and run into the versions of each other. */
const name = fc
  .array(fc.constantFrom('a', 'b', '\0', '\xff', inverted(900n), inverted(800n)), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join(''));
const entry = fc.record({
  name,
  timestamp: fc.constantFrom(950n, 900n, 850n, 800n, 1n),
  is: fc.constantFrom('value', 'deletion', 'lock', 'unlock', 'intent', 'commit', 'expiry'),
  /** First key of the transaction. */
  first: name,
});

interface DrawnEntry {
  readonly name: string;
  readonly timestamp: bigint;
  readonly is: string;
  readonly first: string;
}

const string = (key: string) => `!redis|str|${key}`;

function stored({ name, timestamp, is, first }: DrawnEntry): Entry {
  const key = string(name);
  switch (is) {
    case 'deletion':
      return { key, timestamp, isDeletion: true };
    case 'lock':
      return { key: `!txn|lock|${key}`, timestamp, value: lockValue(string(first)) };
    case 'unlock':
      return { key: `!txn|lock|${key}`, timestamp, isDeletion: true };
    case 'intent':
      return { key: `!txn|int|${key}`, timestamp, value: Buffer.alloc(18, 1) };
    case 'commit':
      return { key: `!txn|cmt|${key}${'\0'.repeat(7)}\x05`, timestamp, value: Buffer.alloc(9, 1) };
    case 'expiry':
      return { key: `!redis|ttl|${name}`, timestamp, value: Buffer.alloc(8) };
    default:
      return { key, timestamp, value: Buffer.from(`\xff\x01\0of ${name}`, 'latin1') };
  }
}

/** By a look at all entries of one key together. */
function staysOf(all: readonly DrawnEntry[], wanted: string): { kept: DrawnEntry[]; isHeld: boolean } {
  const keyOf = (one: DrawnEntry) => stored(one).key as string;
  const groups = Map.groupBy(all, keyOf);
  const kept: DrawnEntry[] = [];
  let isHeld = false;
  for (const group of groups.values()) {
    const newest = group.toSorted((a, b) => Number(b.timestamp - a.timestamp))[0]!;
    if (newest.name === wanted) continue;
    const namesIt = group.some(({ is, first }) => is === 'lock' && first === wanted);
    if (namesIt && newest.is === 'lock') isHeld = true;
    if (!namesIt) kept.push(...group);
  }
  return { kept, isHeld };
}

const asStored = (one: DrawnEntry): string => {
  const { key, timestamp, value, isDeletion } = stored(one);
  return `${key} ${timestamp} ${isDeletion ? undefined : Buffer.from(value!).toString('latin1')}`;
};
const asText = ({ key, timestamp, value }: StoredEntry) => `${key} ${timestamp} ${value}`;

/** The pattern that matches one address, whatever it holds. */
const literal = (key: string) =>
  writeAddress({ adapter: 'redis', key: Buffer.from(key, 'latin1') }).replace(/[*?[]/g, '[$&]');

describe('of keys that begin each other', () => {
  test(
    'exactly the one goes that is named, with its transactions, wherever its versions stand',
    () => {
      fc.assert(
        fc.property(fc.array(entry, { minLength: 1, maxLength: 30 }), (drawn) => {
          const all = [...new Map(drawn.map((one) => [`${stored(one).key} ${one.timestamp}`, one])).values()];
          const wanted = all[0]!.name;
          writeSnapshot(place.input, all.map(stored));
          const { kept, isHeld } = staysOf(all, wanted);
          const run = () => place.forgotten({ selection: { match: [literal(wanted)] } });
          if (isHeld) {
            expect(run).toThrow(/an open transaction has locked it/);
            return;
          }
          const { result } = run();
          expect(entriesIn(place.output).map(asText).sort()).toEqual(kept.map(asStored).sort());
          expect(result.entries).toBe(kept.length);
          for (const path of [place.output, `${place.output}.encode_info.json`]) rmSync(path);
          const { result: looked } = place.forgotten({
            selection: { match: [literal(wanted)] },
            output: '',
            check: true,
          });
          expect(looked).toMatchObject({ entries: kept.length, forgotten: result.forgotten });
        }),
        runs(40),
      );
    },
    RUNS_LIMIT_MS,
  );

  test('a lock that has ended goes whole, though another key stands between its versions', () => {
    const between = `b${inverted(900n)}`;
    writeSnapshot(place.input, [
      { key: `!txn|lock|${string('b')}`, timestamp: 950n, isDeletion: true },
      { key: `!txn|lock|${string(between)}`, timestamp: 900n, isDeletion: true },
      { key: `!txn|lock|${string('b')}`, timestamp: 850n, value: lockValue(string('a')) },
      { key: string('a'), timestamp: 850n, value: Buffer.from('\xff\x01\0v', 'latin1') },
    ]);
    const keys = entriesIn(place.input).map(({ key }) => key);
    expect(keys.slice(1).map((key) => key.slice('!txn|lock|!redis|str|'.length))).toEqual(['b', between, 'b']);
    place.forgotten({ selection: { match: ['redis/a'] } });
    expect(entriesIn(place.output).map(({ key }) => key)).toEqual([`!txn|lock|${string(between)}`]);
  });
});
