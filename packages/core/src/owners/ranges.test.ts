import { isInRange, type KeyRange, type Owner, RowOwner } from '@ekv/adapter';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { database } from '../random-data/random-database.test-data.ts';
import { RUNS_LIMIT_MS, runs } from '../random-data/runs.test-data.ts';
import { ownersOf, readAddress, writeAddress } from './addresses.ts';
import { OwnerFinder } from './owner-finder.ts';

interface OwnedRow {
  readonly key: Buffer;
  readonly owner: Owner;
  readonly family: string;
}

function ownedRows(rows: ReadonlyMap<string, Buffer>): OwnedRow[] {
  const finder = new OwnerFinder();
  return [...rows].map(([text, value]) => {
    const key = Buffer.from(text, 'latin1');
    const found = finder.findRow(key, value);
    expect(found, text).toBeInstanceOf(RowOwner);
    return { key, owner: found!.owner(), family: found!.family };
  });
}

function isWithin(ranges: readonly KeyRange[], key: Buffer): boolean {
  return ranges.some((range) => isInRange(range, key, 0, key.length));
}

const scopeOf = ({ adapter, scope }: Owner): Owner => ({ adapter, scope });
/** Families in whose keys something else stands before the name of the unit, or nothing of it stands there. */
const BY_SCOPE = /^!(?:sqs\|msg\|(?:vis|byage|dedup|group)\||ddb\|gsi\|)/;
/** And where the partition stands before it. */
const isPartitioned = ({ key, family }: OwnedRow) => key.toString('latin1').startsWith(`${family}p|`);

test(
  'the ranges of a unit hold all of its rows, and of others only those that its names cannot tell apart',
  () => {
    fc.assert(
      fc.property(database, (stored) => {
        const rows = ownedRows(stored);
        for (const { owner } of rows) {
          const owners = ownersOf(owner.adapter)!;
          const all = owners.ranges(owner);
          const first = owners.ranges(owner, [1n]);
          const address = writeAddress(owner);
          for (const row of rows) {
            const isOwn = address === writeAddress(row.owner);
            if (isOwn) expect([isWithin(all, row.key), isWithin(first, row.key)]).toEqual([true, true]);
            else if (owner.key !== undefined && isWithin(first, row.key)) {
              expect(BY_SCOPE.test(row.family) || isPartitioned(row)).toBe(true);
              expect(writeAddress(scopeOf(row.owner))).toBe(writeAddress(scopeOf(owner)));
            }
          }
        }
      }),
      runs(60),
    );
  },
  RUNS_LIMIT_MS,
);

test(
  'the ranges of a scope hold the rows of all that is in it, and no others',
  () => {
    fc.assert(
      fc.property(database, (stored) => {
        const rows = ownedRows(stored);
        const finder = new OwnerFinder();
        for (const owner of rows.map((row) => scopeOf(row.owner))) {
          const owners = ownersOf(owner.adapter)!;
          for (const ranges of [owners.ranges(owner), owners.ranges(owner, [1n])])
            for (const { key } of rows) expect(isWithin(ranges, key)).toBe(finder.findRow(key)!.isOf(owner));
        }
      }),
      runs(60),
    );
  },
  RUNS_LIMIT_MS,
);

test(
  'ranges ascend',
  () => {
    fc.assert(
      fc.property(database, (stored) => {
        for (const { owner } of ownedRows(stored))
          for (const one of [owner, scopeOf(owner), { adapter: owner.adapter }]) {
            const starts = ownersOf(one.adapter)!
              .ranges(one)
              .map(({ start }) => start);
            expect(starts).toEqual([...starts].sort(Buffer.compare));
          }
      }),
      runs(20),
    );
  },
  RUNS_LIMIT_MS,
);

test(
  'each owner is read back from its address',
  () => {
    fc.assert(
      fc.property(database, (stored) => {
        for (const { owner } of ownedRows(stored)) expect(readAddress(writeAddress(owner))).toEqual(owner);
      }),
      runs(60),
    );
  },
  RUNS_LIMIT_MS,
);

test.each([
  ['reddis/a', ', did you mean redis?'],
  ['S3/photos', ', did you mean s3?'],
  ['', ''],
])('an address of no adapter is refused: %j', (text, hint) => {
  expect(() => readAddress(text)).toThrow(`must begin with redis/, dynamodb/, s3/, sqs/${hint}`);
});
