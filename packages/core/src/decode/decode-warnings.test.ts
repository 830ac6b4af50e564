import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Entry, writeSnapshot } from '@ekv/test-support/node-file';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { stringEntry } from '../redis-entry.test-support.ts';
import { StrictError } from '../run/run.ts';
import { attemptDecode, type DecodeAttempt, inputOf } from './decode-attempt.test-data.ts';
import type { DecodeRequest } from './decode-request.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, 'scratch'));
});

function decode(more: Partial<DecodeRequest> = {}): DecodeAttempt {
  return attemptDecode(folder, more);
}

/** Beside one string, so that the dump is not empty. */
function withEntries(...entries: readonly Entry[]): void {
  writeSnapshot(inputOf(folder), [stringEntry('there', 'x'), ...entries]);
}

describe('rows that no adapter takes', () => {
  test('are one warning per family with count and an example, and a loss that strict refuses', () => {
    withEntries(
      { key: 'raw1' },
      { key: 'raw2' },
      { key: '!fs|x' },
      { key: '!fs|y' },
      { key: '!new|fam|a' },
      { key: '!new|fam|b' },
      { key: '!redis|stream|s' },
    );
    const { warnings, result } = decode();
    const told = warnings.map(({ event, fields, loss }) => ({ event, ...fields, loss }));
    expect(told).toEqual(
      expect.arrayContaining([
        { event: 'unread_user_data', family: '', count: 2, example: 'raw1', loss: true },
        { event: 'unread_user_data', family: '!fs|', count: 2, example: '!fs|x', loss: true },
        { event: 'unread_user_data', family: '!redis|stream|', count: 1, example: '!redis|stream|s', loss: true },
        { event: 'unknown_family', family: '!new|fam|', count: 2, example: '!new|fam|a', loss: true },
      ]),
    );
    expect(told).toHaveLength(4);
    expect(result?.counts.unknown).toBe(7);
    const { error } = decode({ strict: true, output: join(folder, 'strict') });
    expect(error).toBeInstanceOf(StrictError);
    expect(error?.message).toMatch(/unknown_family.*!new\|fam\|/);
  });

  test('of more families than are told apart are counted as rows', () => {
    withEntries(...Array.from({ length: 1234 }, (_, i) => ({ key: `!f${i}|x|` })));
    const { warnings, result } = decode();
    expect(result?.counts.unknown).toBe(1234);
    expect(warnings.slice(-2)).toMatchObject([
      { event: 'unknown_family', fields: { count: 1000, shown: 20 }, loss: true },
      { event: 'unknown_family', message: expect.stringContaining('beyond the first 1000'), fields: { rows: 234 } },
    ]);
  });

  test('are shown without control characters', () => {
    withEntries({ key: '!\x1b[2J\n|\xff|a' });
    const [warning] = decode().warnings;
    expect(warning?.message).toContain('!\\x1b[2J\\x0a|\\xff|');
    expect(warning?.fields.family).toBe('!\\x1b[2J\\x0a|\\xff|');
  });

  test('of very many families are told family by family up to 20, then as a number', () => {
    withEntries(...Array.from({ length: 500 }, (_, i) => ({ key: `!f${i}|x|` })));
    const { warnings } = decode();
    expect(warnings).toHaveLength(21);
    expect(warnings.at(-1)).toMatchObject({ event: 'unknown_family', fields: { count: 500, shown: 20 }, loss: true });
  });

  test('of very many families do not make the error of a strict run endless', () => {
    withEntries(...Array.from({ length: 500 }, (_, i) => ({ key: `!f${i}|x|` })));
    expect(decode({ strict: true }).error?.message).toMatch(/; and 13 more$/);
  });

  test('that mean nothing are silent: rows of the cluster and markers', () => {
    withEntries(
      { key: '!txn|meta|a' },
      { key: '!dist|route|a' },
      { key: '!redis|txn-wide-set|a' },
      { key: '!redis|route|a' },
    );
    const { warnings, result } = decode({ strict: true });
    expect(warnings).toEqual([]);
    expect(result?.counts).toMatchObject({ internal: 2, operational: 2, unknown: 0 });
  });
});

test('transactions that were open are one warning with their number, and no loss', () => {
  withEntries({ key: '!txn|lock|a' }, { key: '!txn|lock|b' }, { key: '!txn|int|a' });
  const { warnings, result } = decode({ strict: true });
  expect(warnings).toMatchObject([{ event: 'open_transactions', fields: { locks: 2 } }]);
  expect(result?.counts.internal).toBe(3);
});

test('rows newer than the header count; one warning tells them, and the manifest keeps the header', () => {
  withEntries(stringEntry('a', 'one', { timestamp: 1001n }), stringEntry('b', 'two', { timestamp: 2000n }));
  const { warnings, result } = decode();
  expect(warnings).toMatchObject([
    { event: 'rows_newer_than_header', fields: { count: 2, last_commit_ts: 1000n, highest: 2000n } },
  ]);
  expect(result).toMatchObject({ files: 3, lastCommitTs: 1000n });
  expect(readFileSync(join(folder, 'out/MANIFEST.json'), 'utf8')).toContain('"last_commit_ts": 1000,');
});

test('entries = the sum of all other counts, whatever the file holds and whichever adapters are selected', {
  timeout: 60_000,
}, () => {
  const key = fc.constantFrom(
    '!redis|str|a',
    '!redis|str|b',
    '!txn|lock|a',
    '!dist|x',
    'raw',
    '!fs|x',
    '!new|f|x',
    '!redis|route|x',
    '!s3|bucket|gen|b',
    '_meta_applied_index',
  );
  const entry = fc.record({
    key,
    value: fc.constant(Buffer.from('\xff\x01\x00v', 'latin1')),
    timestamp: fc.bigInt(1n, 2000n),
    isDeletion: fc.boolean(),
    expiry: fc.constantFrom(0n, 500n, 5000n),
  });
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 40 }), fc.boolean(), fc.boolean(), (entries, isSorted, withRedis) => {
      writeSnapshot(inputOf(folder), entries, { order: isSorted ? 'sorted' : 'as given' });
      const output = join(temporaryFolder(), 'out');
      const { result, error } = decode({ output, adapters: withRedis ? ['redis'] : ['s3'] });
      expect(error).toBeUndefined();
      const { entries: all, ...others } = result!.counts;
      expect(Object.values(others).reduce((sum, count) => sum + count, 0)).toBe(all);
      expect(all).toBe(entries.length);
    }),
    { numRuns: 50 },
  );
});
