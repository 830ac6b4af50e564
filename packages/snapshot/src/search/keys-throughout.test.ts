import { expect, test } from 'vitest';
import { memoryBytes } from '../sst/sst-reading.test-data.ts';
import { keysThroughout } from './keys-throughout.ts';
import { type Entry, entry, fileOf, HEADER } from './search.test-data.ts';

const FAMILIES = ['!a|', '!a|b|', '!k|', '!z|'];
const LARGE = Buffer.alloc(3 << 20, 'x');
const MOST = 1 << 9;

const numbered = (family: string, count: number, body: (i: number) => string | Buffer): Entry[] =>
  Array.from({ length: count }, (_, i) => entry(`${family}${String(i).padStart(6, '0')}`, body(i)));

function sampled(entries: readonly Entry[]) {
  const { bytes } = fileOf(entries);
  const source = memoryBytes(bytes);
  const counts = { read: 0 };
  const read: typeof source.read = (position, into, at, length) => {
    const taken = source.read(position, into, at, length);
    counts.read += taken;
    return taken;
  };
  const keys = Array.from(keysThroughout({ ...source, read }, HEADER.length, FAMILIES), (key) =>
    key.toString('latin1'),
  );
  return { keys, share: counts.read / bytes.length };
}

test('of few entries all keys are given, in order, those in no family too', () => {
  const entries = [
    ...numbered('!a|', 300, () => 'v'),
    ...numbered('!q|', 300, () => 'v'),
    ...numbered('x', 3, () => ''),
  ];
  const all = entries.map(([key]) => key.toString('latin1', 0, key.length - 8)).sort();
  expect(sampled(entries).keys).toEqual(all);
});

test('of no entries none are', () => {
  expect(sampled([]).keys).toEqual([]);
});

test('of many, keys from all over each family are given, however little of the file it takes, and little is read', () => {
  const small = numbered('!a|b|', 12, () => 'v');
  const entries = [
    ...numbered('!a|', 4, () => LARGE),
    ...small,
    ...numbered('!k|', 60_000, (i) => 'v'.repeat(i % 900)),
    ...numbered('!z|', 5000, () => 'v'),
    ...numbered('!zz|', 4, () => LARGE),
  ];
  const known = new Set(entries.map(([key]) => key.toString('latin1', 0, key.length - 8)));
  const { keys, share } = sampled(entries);
  expect(keys.filter((key) => !known.has(key))).toEqual([]);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.filter((key) => key.startsWith('!a|b|'))).toHaveLength(small.length);
  for (const [family, count] of [
    ['!k|', 60_000],
    ['!z|', 5000],
  ] as const) {
    const numbers = keys.filter((key) => key.startsWith(family)).map((key) => Number(key.slice(family.length)));
    expect(numbers.length).toBeGreaterThan(MOST / 2);
    expect(numbers.length).toBeLessThanOrEqual(MOST);
    // A part of each quarter.
    for (let quarter = 0; quarter < 4; quarter++) {
      const within = numbers.filter((i) => Math.floor((4 * i) / count) === quarter);
      expect(within.length).toBeGreaterThan(MOST / 8);
    }
  }
  expect(share).toBeLessThan(0.5);
});

test('bytes that are no entries, or not in order, end it', () => {
  const { bytes } = fileOf(numbered('!k|', 2000, () => 'v'.repeat(400)));
  const half = HEADER.length + ((bytes.length - HEADER.length) >> 1);
  for (const broken of [
    Buffer.concat([bytes.subarray(0, half), Buffer.alloc(200_000, 0x21)]),
    Buffer.concat([HEADER, bytes.subarray(half), bytes.subarray(HEADER.length, half)]),
    Buffer.concat([bytes, bytes.subarray(HEADER.length)]),
  ]) {
    const keys = [...keysThroughout(memoryBytes(broken), HEADER.length, FAMILIES)];
    expect(keys.length).toBeLessThanOrEqual(2 * MOST * FAMILIES.length);
  }
});
