import { expect, test } from 'vitest';
import { decoded, f64, lengthKey, row, u64 } from './decoded.test-data.ts';
import type { NodeRow } from './node-file.test-data.ts';

/** A key in each kind, with an expiry of its own; nothing = none. */
const KINDS: ReadonlyArray<readonly [folder: string, rows: (...expiry: bigint[]) => NodeRow[]]> = [
  [
    'hashes',
    (...expiry) => [row(lengthKey('!hs|fld|', 'k', 'f'), 'v'), row(lengthKey('!hs|meta|', 'k'), u64(1n, ...expiry))],
  ],
  ['lists', (...expiry) => [row(`!lst|itm|k${u64(1n << 63n)}`, 'v'), row('!lst|meta|k', u64(0n, 1n, 1n, ...expiry))]],
  ['hll', (...expiry) => [row('!redis|hll|k', expiry.length === 0 ? 'v' : `\xff\x02\x01${u64(...expiry)}v`)]],
  ['sets', (...expiry) => [row(lengthKey('!st|mem|', 'k', 'm')), row(lengthKey('!st|meta|', 'k'), u64(1n, ...expiry))]],
  [
    'zsets',
    (...expiry) => [row(lengthKey('!zs|mem|', 'k', 'm'), f64(1)), row(lengthKey('!zs|meta|', 'k'), u64(1n, ...expiry))],
  ],
  ['streams', (...expiry) => [row(lengthKey('!stream|meta|', 'k'), u64(0n, 0n, 0n, ...expiry))]],
];
const PAIRS = KINDS.flatMap(([first, ofFirst], i) =>
  KINDS.slice(i + 1).map(([second, ofSecond]) => ({ first, second, ofFirst, ofSecond })),
);
const foldersOf = (files: Readonly<Record<string, string>>) =>
  new Set(
    Object.keys(files)
      .filter((path) => path.includes('/'))
      .map((path) => path.replace(/\/.*/, '')),
  );
const index = (expiry: bigint) => row('!redis|ttl|k', u64(expiry));

test.each(PAIRS)(
  'of $first and $second under one key that both expire the second is left out, and that is a loss',
  ({ first, second, ofFirst, ofSecond }) => {
    for (const rows of [[], [index(7n)], [index(8n)], [index(9n)]]) {
      const { files, warnings } = decoded(...ofFirst(7n), ...ofSecond(8n), ...rows);
      expect(foldersOf(files)).toEqual(new Set([first]));
      expect(warnings).toEqual([expect.objectContaining({ event: 'redis_second_kind_left_out', loss: true })]);
      expect(warnings[0]?.fields.key).toBe('k');
      expect(Object.keys(files).filter((path) => path.endsWith('_ttl.jsonl'))).toEqual(
        first === 'hll' ? ['hll_ttl.jsonl'] : [],
      );
      expect(files[`${second}_ttl.jsonl`]).toBeUndefined();
    }
  },
);

test.each(PAIRS)(
  '$first and $second under one key of which one expires are both written, the key is named, and the expiry stays where it was',
  ({ first, second, ofFirst, ofSecond }) => {
    for (const [one, other, expiring] of [
      [ofFirst(7n), ofSecond(), first],
      [ofFirst(), ofSecond(7n), second],
    ] as const) {
      const { files, warnings } = decoded(...one, ...other, index(7n));
      expect(foldersOf(files)).toEqual(new Set([first, second]));
      expect(warnings.map(({ event, fields, loss, doubt }) => [event, fields.key, loss, doubt])).toEqual([
        ['redis_two_kinds', 'k', undefined, undefined],
      ]);
      const expires = Object.entries(files).filter(([, content]) => /"expire_at_ms": ?7\b/.test(content));
      expect(expires.map(([path]) => path)).toEqual([
        expiring === 'hll' ? 'hll_ttl.jsonl' : expect.stringMatching(`^${expiring}/`),
      ]);
    }
  },
);

test("an older one-row set that expires by its index row is left out beside a set's rival that expires", () => {
  const { files, warnings } = decoded(
    row(lengthKey('!zs|meta|', 'k'), u64(0n, 7n)),
    row('!redis|set|k', '\0RS\x01\x0a\x01a'),
    index(8n),
  );
  expect(foldersOf(files)).toEqual(new Set(['zsets']));
  expect(warnings.map(({ event }) => event)).toEqual(['redis_second_kind_left_out']);
});

test('a string that expires is written beside whatever expires under its key', () => {
  const { files, warnings } = decoded(row('!redis|str|k', `\xff\x01\x01${u64(5n)}v`), ...KINDS[1]![1](7n), index(7n));
  expect(foldersOf(files)).toEqual(new Set(['strings', 'lists']));
  expect(warnings.map(({ event }) => event)).toEqual(['redis_two_kinds']);
});

test('keys with several kinds are named up to 20, then counted', () => {
  const rows = Array.from({ length: 30 }, (_, i) => [
    row(`!redis|str|${i}`, 'v'),
    row(lengthKey('!st|mem|', String(i), 'm')),
  ]);
  const { warnings } = decoded(...rows.flat());
  expect(warnings).toHaveLength(21);
  expect(warnings[20]?.fields).toEqual({ count: 30, shown: 20 });
});

test('a bare string does not take the index row that repeats the expiry of a list', () => {
  const { files } = decoded(row('!redis|str|k', 'v'), ...KINDS[1]![1](7n), index(7n));
  expect(Object.keys(files)).not.toContain('strings_ttl.jsonl');
  expect(files['lists/k.json']).toContain('"expire_at_ms": 7');
});

test('entries without a stream leave nothing out, and the older one-row form goes before a stream only', () => {
  const orphan = row(lengthKey('!stream|entry|', 'k', u64(1n, 0n)), '\0RXE\x01');
  const ofSet = decoded(...KINDS[3]![1](7n), orphan, index(8n));
  expect(ofSet.warnings.map(({ event }) => event)).toEqual(['redis_stream_orphan_entries_without_meta']);
  const old = row('!redis|hash|k', '\0RH\x01');
  expect(foldersOf(decoded(old, ...KINDS[3]![1](7n), index(8n)).files)).toEqual(new Set(['sets']));
  expect(foldersOf(decoded(old, ...KINDS[5]![1](7n), index(8n)).files)).toEqual(new Set(['hashes']));
});
