import { TreeProblemsError } from '@ekv/dump-tree';
import { printable, RowError } from '@ekv/snapshot';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decoded, hex, lengthKey, salvaged, u64 } from './decoded.test-data.ts';
import { REDIS_FAMILIES } from './index.ts';
import type { NodeRow } from './node-file.test-data.ts';

const key = fc.constantFrom('', 'a', 'ab', 'd|', '\xff', '\xfe]');
const bytes = fc.uint8Array({ maxLength: 20 }).map((some) => Buffer.from(some).toString('latin1'));
/** What stands behind the prefix of a row: in forms that families have, and anything. */
const rest = fc.oneof(
  key,
  fc.tuple(key, bytes).map(([one, more]) => lengthKey('', one, more)),
  fc.tuple(key, fc.constantFrom(0n, 1n, 2n ** 63n, 2n ** 64n - 1n)).map(([one, number]) => one + u64(number)),
  key.map((one) => lengthKey('', one, u64(1n, 2n))),
  key.map((one) => lengthKey('', one, `${u64(1n)}\0\0\0\0`)),
  key.map((one) => lengthKey('d|', one, `${u64(1n)}\0\0\0\0`)),
  bytes,
);
const value = fc.oneof(
  fc.constantFrom(
    '',
    '\xff',
    '\xff\x01',
    '\xff\x01\x00',
    '\xff\x02\x01',
    hex('00525a01'),
    hex('00524801'),
    hex('0052584501'),
  ),
  fc.array(fc.constantFrom(0n, 1n, 2n ** 63n, 77n), { maxLength: 7 }).map((numbers) => u64(...numbers)),
  bytes,
);
const rows = fc.uniqueArray(
  fc.record({
    key: fc
      .tuple(fc.constantFrom(...REDIS_FAMILIES), rest)
      .map(([prefix, more]) => Buffer.from(prefix + more, 'latin1')),
    value: value.map((some) => Buffer.from(some, 'latin1')),
    timestamp: fc.constantFrom(1n, 117664502744219697n, 2n ** 63n, 2n ** 64n - 1n),
  }),
  { selector: (row) => row.key.toString('hex'), maxLength: 12 },
);

function refusal(all: readonly NodeRow[]): unknown {
  try {
    decoded(...all);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Keys of rows that an error names; a key may hold what comes after a key, so all of them are tried. */
function namedKeys(error: unknown, keys: ReadonlySet<string>): Array<string | undefined> {
  if (error instanceof RowError) return [printable(error.key)];
  expect(error).toBeInstanceOf(TreeProblemsError);
  const longestFirst = [...keys].sort((a, b) => b.length - a.length);
  return (error as TreeProblemsError).problems.map((line) => {
    const said = line.replace(/^entry at offset \d+, key /, '');
    return longestFirst.find((key) => said.startsWith(`${key}: `));
  });
}

test('any rows are decoded, or refused with an error that names all of them that a salvage leaves out', () => {
  fc.assert(
    fc.property(rows, (all) => {
      const error = refusal(all);
      const damaged = salvaged(...all).counts?.rows ?? 0;
      const keys = new Set(all.map((row) => printable(row.key)));
      const named = error === undefined ? [] : namedKeys(error, keys);
      expect(new Set(named).size).toBe(damaged);
      for (const key of named) expect(keys).toContain(key);
    }),
    { numRuns: 400 },
  );
}, 300_000);

test('whether rows are refused does not depend on their timestamps', () => {
  fc.assert(
    fc.property(rows, (all) => {
      const atOnce = refusal(all.map((row) => ({ ...row, timestamp: 5n })));
      expect(refusal(all) === undefined).toBe(atOnce === undefined);
    }),
    { numRuns: 200 },
  );
}, 300_000);
