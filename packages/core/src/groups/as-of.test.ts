import { DataError, UsageError } from '@ekv/snapshot';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { describe, expect, test } from 'vitest';
import { decodeAllSnapshots } from '../decode/decode-all-snapshots.ts';
import { NO_EXCLUSIONS, REDIS } from '../dump.test-data.ts';
import { stringEntry } from '../redis-entry.test-support.ts';
import { StrictError } from '../run/run.ts';
import { type AsOf, momentIn, parseAsOf } from './as-of.ts';
import { attemptGroups, groupBytes } from './groups.test-data.ts';

const MS = 1n << 16n;
const COUNTER = 0xffffn;

describe('the value of --as-of', () => {
  test.each<[string, AsOf]>([
    ['none', 'none'],
    ['auto', 'auto'],
    ['0', 0n],
    ['117691961386729472', 117691961386729472n],
    ['18446744073709551615', 2n ** 64n - 1n],
    ['1970-01-01T00:00:00Z', 9000n * MS + COUNTER],
    ['1970-01-01T09:00:01.5+09:00', 10_500n * MS + COUNTER],
  ])('%s is read', (text, asOf) => expect(parseAsOf(text)).toBe(asOf));

  test.each([
    '',
    'now',
    '-1',
    '18446744073709551616',
    '2026-01-02',
    '2026-01-02T03:04:05',
    '2026-02-30T00:00:00Z',
    '1969-12-31T23:59:59Z',
  ])('%j is refused', (text) => expect(() => parseAsOf(text)).toThrow(UsageError));
});

describe('a moment', () => {
  const file = (clockCeilingMs: bigint | undefined, minRetainedTs?: bigint) => {
    return { name: `x${clockCeilingMs}.fsm`, summary: { clockCeilingMs, minRetainedTs } };
  };

  test('is none by default', () => expect(momentIn('none', [file(undefined)])).toBeUndefined());

  test('auto is 20 s below the lowest ceiling, so that all groups have seen it in full', () => {
    expect(momentIn('auto', [file(50_000n), file(45_000n), file(60_000n)])).toBe(25_000n * MS + COUNTER);
    expect(momentIn('auto', [file(50_000n)])).toBe(30_000n * MS + COUNTER);
  });

  test.each([undefined, 0n, 19_999n])('auto does not follow from a ceiling of %s', (ceiling) => {
    expect(() => momentIn('auto', [file(50_000n), file(ceiling)])).toThrow(
      /the option asOf auto: nothing in x\w+\.fsm says when it was taken/,
    );
  });

  test('may be the oldest that a group still has, and none before it: the error says the time, which can be given', () => {
    const retained = 70_000n * MS + 5n;
    expect(momentIn(retained, [file(90_000n, retained), file(90_000n)])).toBe(retained);
    const early = () => momentIn(retained - 1n, [file(90_000n), file(95_000n, retained)]);
    expect(early).toThrow(DataError);
    expect(early).toThrow(
      /\(1970-01-01T00:01:01\.000Z\) is before what x95000\.fsm still has: .* older than 4587520005 \(1970-01-01T00:01:01\.000Z\)/,
    );
    expect(momentIn(parseAsOf('1970-01-01T00:01:01.000Z'), [file(95_000n, retained)])).toBeGreaterThan(retained);
  });

  test('that is too early leads to what helps: closer snapshots of several groups, an older one of a single group', () => {
    const retained = 70_000n * MS;
    expect(() => momentIn(1n, [file(90_000n, retained)])).toThrow(/or a later one, or decode an older snapshot$/);
    expect(() => momentIn(1n, [file(90_000n, retained), file(90_000n)])).toThrow(/closer together/);
  });

  test('is told as a time only where that can be given', () => {
    const year = (time: string) => () => momentIn((parseAsOf(time) as bigint) + 1n, [file(90_000n)]);
    expect(year('9999-12-31T23:59:59.998Z')).toThrow(/9999-12-31T23:59:59\.999Z\) is after/);
    expect(() => momentIn(2n ** 64n - 1n, [file(90_000n)])).toThrow(/the option asOf 18446744073709551615 is after/);
  });

  test('may be the last that a group can know, and none after it', () => {
    const last = 90_000n * MS + COUNTER;
    expect(momentIn(last, [file(90_000n), file(95_000n), file(undefined)])).toBe(last);
    expect(() => momentIn(last + 1n, [file(95_000n), file(90_000n)])).toThrow(
      /is after x90000\.fsm was taken: .* is 5898305535 \(1970-01-01T00:01:21\.000Z\)/,
    );
    expect(parseAsOf('1970-01-01T00:01:21.000Z')).toBe(last);
  });
});

describe('data as it was', () => {
  const versions = [
    stringEntry('changed', 'good', { timestamp: 10n }),
    stringEntry('changed', 'bad', { timestamp: 30n }),
    stringEntry('deleted', 'there', { timestamp: 20n }),
    stringEntry('deleted', '', { timestamp: 21n, isDeletion: true }),
    stringEntry('new', 'x', { timestamp: 25n }),
    stringEntry('expired', 'then', { timestamp: 5n, expiry: 22n }),
  ];

  test('before a mistake: of one file the newest versions at or below the moment are read', () => {
    const files = { '0000000000000051.fsm': groupBytes(versions) };
    const at = (asOf: AsOf) => attemptGroups(temporaryFolder(), files, { asOf });
    expect(at(20n).strings).toEqual({ changed: 'good', deleted: 'there', expired: 'then' });
    expect(at(25n).strings).toEqual({ changed: 'good', new: 'x' });
    expect(at(1000n).strings).toEqual(at('none').strings);
    expect(at(4n).strings).toEqual({});
  });

  test('the manifest says the moment and keeps header, source and index; the counts have the younger versions', () => {
    const files = { '0000000000000051.fsm': groupBytes(versions) };
    const { manifest, result, warnings } = attemptGroups(temporaryFolder(), files, { asOf: 20n });
    expect(warnings).toEqual([]);
    expect(manifest).toMatchObject({ last_commit_ts: 1000n, snapshot_index: 0x51n, ekv: { as_of_ts: 20n } });
    expect(manifest?.source?.fsm_path).toMatch(/51\.fsm$/);
    expect(manifest?.ekv).not.toHaveProperty('groups');
    const { entries, ...others } = result!.counts;
    expect(others).toMatchObject({ redis: 3, younger: 3 });
    expect(Object.values(others).reduce((sum, count) => sum + count, 0)).toBe(entries);
  });

  test('a moment outside of what a file holds is refused, and nothing is written', () => {
    const file = groupBytes(versions, { ceilingMs: 1n, minRetainedTs: 15n });
    for (const asOf of [14n, 2n * MS]) {
      const { error, manifest } = attemptGroups(temporaryFolder(), { 'a.fsm': file }, { asOf });
      expect(error?.message).toMatch(/^the option asOf .*a\.fsm/);
      expect(manifest).toBeUndefined();
    }
  });

  test('before the first write there is none, and the warning says that the moment may be the reason', () => {
    const file = groupBytes(versions, { ceilingMs: 1_000_000n });
    const { warnings } = attemptGroups(temporaryFolder(), { 'a.fsm': file }, { asOf: 1n });
    expect(warnings.find(({ event }) => event === 'no_data')?.message).toMatch(
      /the dump is empty: the moment of --as-of may be before its first write, then ask for a later one; check/,
    );
  });

  test('all snapshots of a folder are read in their newest state', () => {
    const request = {
      folder: '/nowhere',
      output: '',
      check: true,
      adapters: REDIS,
      exclusions: NO_EXCLUSIONS,
      toolVersion: 'x',
    };
    expect(() => decodeAllSnapshots({ ...request, asOf: 5n })).toThrow(/--all leaves --as-of out/);
  });
});

describe('groups that were taken', () => {
  const files = (...ceilings: (bigint | undefined)[]) =>
    Object.fromEntries(
      ceilings.map((ceilingMs, i) => [
        `${i}.fsm`,
        groupBytes([stringEntry(`${i}`, '')], ceilingMs === undefined ? {} : { ceilingMs }),
      ]),
    );
  const apart = (...ceilings: (bigint | undefined)[]) =>
    attemptGroups(temporaryFolder(), files(...ceilings)).warnings.filter(({ event }) => event === 'groups_apart');

  test('up to 2 s apart are silent, others are not, nor those of which one has no time', () => {
    expect(apart(50_000n, 52_000n)).toEqual([]);
    expect(apart(50_000n, 52_001n)).toMatchObject([{ doubt: true, fields: { milliseconds: 2001 } }]);
    expect(apart(50_000n, 52_001n)[0]?.message).toMatch(
      /lie 2\.0 s apart.*0\.fsm 1970-01-01T00:00:40\.000Z, .*1\.fsm 1970-01-01T00:00:42\.001Z/,
    );
    expect(apart(50_000n, undefined)[0]?.message).toMatch(/are not all known.*1\.fsm at an unknown time/);
  });

  test('apart are refused by strict, unless all are read as of one moment', () => {
    const options = { strict: true, routes: ':=1', allowMissingGroups: true } as const;
    const refused = attemptGroups(temporaryFolder(), files(50_000n, 99_000n), options);
    expect(refused.error).toBeInstanceOf(StrictError);
    expect(refused.error?.message).toContain('groups_apart');
    expect(
      attemptGroups(temporaryFolder(), files(50_000n, 99_000n), { ...options, asOf: 'auto' }).error,
    ).toBeUndefined();
  });
});
