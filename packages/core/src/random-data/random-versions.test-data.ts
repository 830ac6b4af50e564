import type { Entry } from '@ekv/test-support/node-file';
import fc from 'fast-check';
import { database, type StoredRows } from './random-database.test-data.ts';

/** Of the newest header; no version is above it. */
export const NEWEST = 1000n;

/** What a server keeps beside the newest version of a row, or in place of it. */
const older = fc.record({
  at: fc.bigInt({ min: 1n, max: 499n }),
  is: fc.constantFrom('value', 'deletion', 'expired'),
});
const past = fc.record({
  older: fc.uniqueArray(older, { maxLength: 3, selector: ({ at }) => at }),
  at: fc.bigInt({ min: 500n, max: 900n }),
  expires: fc.constantFrom(0n, 0n, NEWEST + 1n),
});

/** Rows that are gone: the newest version is a deletion, or expired up to the time of the newest header. */
const gone = fc.uniqueArray(
  fc.record({
    key: fc.constantFrom(
      '!redis|str|gone',
      '!redis|str|z-gone',
      '!redis|ttl|gone',
      '!lst|meta|gone',
      '!hs|fld|\0\0\0\x01af',
      '!st|mem|\0\0\0\x01zm',
      '!sqs|queue|meta|Z29uZQ',
      '!ddb|meta|table|Z29uZQ',
      '!s3|bucket|meta|gone\0\x01',
    ),
    past,
    end: fc.constantFrom<Partial<Entry>>({ isDeletion: true }, { expiry: 950n }, { expiry: NEWEST }),
  }),
  { maxLength: 5, selector: ({ key }) => key },
);

const pasts = fc.array(past, { minLength: 1, maxLength: 20 });

/** A database as a snapshot holds it: with earlier versions of rows, and rows that are gone. The database is what a client sees. */
export const versions: fc.Arbitrary<readonly Entry[]> = fc
  .tuple(database, pasts, gone)
  .map(([rows, pasts, gone]) => [
    ...[...rows].flatMap(([key, value], i) => versionsOf(key, { value }, pasts[i % pasts.length]!)),
    ...gone.flatMap(({ key, past, end }) => versionsOf(key, end, { ...past, expires: end.expiry ?? 0n })),
  ]);

type Past = typeof past extends fc.Arbitrary<infer P> ? P : never;

function versionsOf(key: string, newest: Partial<Entry>, { older, at, expires }: Past): Entry[] {
  return [
    { key, timestamp: at, expiry: expires, ...newest },
    ...older.map(({ at, is }) => ({
      key,
      timestamp: at,
      value: Buffer.from('of an earlier version'),
      isDeletion: is === 'deletion',
      ...(is === 'expired' && { expiry: 499n }),
    })),
  ];
}

/** The changes that lead from one database to the next, each state whole at its time. */
export interface History {
  readonly entries: readonly Entry[];
  /** When something changes, ascending. */
  readonly times: readonly bigint[];
}

const START = 100n;
const step = fc.record({ rows: database, wait: fc.bigInt({ min: 1n, max: 40n }), expires: fc.boolean() });

/** Up to four states after each other; what is in one and not in the next was deleted, or has expired by then. */
export const history: fc.Arbitrary<History> = fc.array(step, { minLength: 1, maxLength: 4 }).map((steps) => {
  const entries: Entry[] = [];
  const times: bigint[] = [];
  let before: StoredRows = new Map();
  let at = START;
  for (const { rows, wait, expires } of steps) {
    at += wait;
    times.push(at);
    // An expiry counts from its own time on, as a deletion does.
    const end: Partial<Entry> = expires ? { expiry: at, value: Buffer.from('expires at once') } : { isDeletion: true };
    for (const key of before.keys()) if (!rows.has(key)) entries.push({ key, timestamp: at, ...end });
    for (const [key, value] of rows)
      if (before.get(key)?.equals(value) !== true) entries.push({ key, timestamp: at, value });
    before = rows;
  }
  return { entries, times };
});

/** What a plain map has when the changes up to a moment are put into it one after the other. */
export function replayed(entries: readonly Entry[], moment: bigint): StoredRows {
  const rows = new Map<string, Buffer>();
  const inTime = entries.filter(({ timestamp }) => timestamp! <= moment);
  for (const { key, value, isDeletion, expiry } of inTime.toSorted((a, b) => Number(a.timestamp! - b.timestamp!))) {
    const isLive = !isDeletion && (expiry === undefined || expiry === 0n || expiry > moment);
    if (isLive) rows.set(key as string, Buffer.from(value!));
    else rows.delete(key as string);
  }
  return rows;
}
