import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memoryBytes } from '../sst/sst-reading.test-data.ts';
import { EntrySearch } from './entry-search.ts';
import { entry, expected, fileOf, HEADER } from './search.test-data.ts';

const small = fc.integer({ min: 0, max: 400 }).map((i) => `!k|${String(i).padStart(4, '0')}`);
const plain = fc.oneof(
  fc.string({ maxLength: 300 }),
  fc.integer({ min: 0, max: 90_000 }).map((n) => 'v'.repeat(n)),
);
const inner = fc.array(fc.tuple(small, fc.string({ maxLength: 20 })), { minLength: 1, maxLength: 40 });
/** Bodies that hold whole snapshots, or entries alone, with or without something behind them. */
const hostile = fc
  .tuple(inner, fc.nat(200_000), fc.constantFrom('', 'tail', '\0\0\0\0'), fc.boolean(), fc.boolean())
  .map(([rows, room, tail, hasHeader, isCut]) => {
    const { bytes } = fileOf(rows.map(([key, body]) => entry(key, body, 9n)));
    const whole = Buffer.concat([
      Buffer.alloc(room, 0x61),
      hasHeader ? bytes : bytes.subarray(HEADER.length),
      Buffer.from(tail, 'latin1'),
    ]);
    return isCut ? whole.subarray(0, whole.length - 5) : whole;
  });
const rows = fc.array(
  fc.tuple(
    small,
    fc.oneof({ weight: 5, arbitrary: plain }, { weight: 2, arbitrary: hostile }),
    fc.bigInt(1n, 2n ** 64n - 1n),
  ),
  { maxLength: 120 },
);

test('an entry is found where a look at all of them finds it, also between values that hold whole snapshots', () => {
  let known = 0;
  let all = 0;
  fc.assert(
    fc.property(rows, fc.array(small, { minLength: 1, maxLength: 8 }), fc.boolean(), (some, wanted, hasFooter) => {
      const file = fileOf(
        some.map(([key, body, at]) => entry(key, body, at)),
        Buffer.alloc(hasFooter ? 4 : 0, 0x77),
      );
      const search = new EntrySearch(memoryBytes(file.bytes), HEADER.length, 1 << 19);
      for (const key of wanted.map((text) => Buffer.from(text))) {
        all++;
        const found = search.find(key);
        if (found === undefined) continue;
        known++;
        expect(found).toBe(expected(file, key));
      }
    }),
    { numRuns: 400 },
  );
  expect(known / all).toBeGreaterThan(0.9);
});

/** As a file, with a count of the bytes that are read of it. */
function counted(bytes: Buffer) {
  const source = memoryBytes(bytes);
  const counts = { read: 0 };
  const read: typeof source.read = (position, into, at, length) => {
    const taken = source.read(position, into, at, length);
    counts.read += taken;
    return taken;
  };
  return { source: { ...source, read }, counts };
}

const many = Array.from({ length: 20_000 }, (_, i) =>
  entry(`!k|${String(i * 2).padStart(6, '0')}`, 'v'.repeat(i % 700)),
);

test('each of some keys is found, and none that is not there, by reading a part of the file', () => {
  const file = fileOf(many);
  const { source, counts } = counted(file.bytes);
  const search = new EntrySearch(source, HEADER.length, 1 << 16);
  for (let i = 0; i < 40_000; i += 7919) {
    const key = Buffer.from(`!k|${String(i).padStart(6, '0')}`);
    expect(search.find(key)).toBe(expected(file, key));
  }
  expect(counts.read).toBeLessThan(file.bytes.length / 2);
});

test('keys before, between and behind values of many megabytes are found', () => {
  const large = Buffer.alloc(24 << 20, 'x');
  const file = fileOf([
    entry('!k|a', 'first'),
    entry('!k|b', large),
    ...many.slice(0, 3000),
    entry('!k|000100x', large),
    entry('!k|c', large),
    entry('!k|d', 'last'),
  ]);
  const { source, counts } = counted(file.bytes);
  const search = new EntrySearch(source, HEADER.length, 1 << 16);
  for (const text of ['!a', '!k|000099', '!k|000100x', '!k|000101', '!k|a', '!k|aa', '!k|b', '!k|c', '!k|d', '!k|e']) {
    const key = Buffer.from(text);
    expect([text, search.find(key)]).toEqual([text, expected(file, key)]);
  }
  expect(counts.read).toBeLessThan(file.bytes.length / 2);
});

test('of a key with very many versions the newest is found, and the key behind them', () => {
  const versions = Array.from({ length: 50_000 }, (_, i) => entry('!k|counter', String(i), BigInt(i + 1)));
  const file = fileOf([entry('!k|a', 'x'), ...versions, entry('!k|z', 'x')]);
  const search = new EntrySearch(memoryBytes(file.bytes), HEADER.length);
  for (const text of ['!k|counter', '!k|counter\xff\xff\xff\xff\xff\xff\xff\xff\xff', '!k|z']) {
    const key = Buffer.from(text, 'latin1');
    expect(search.find(key)).toBe(expected(file, key));
  }
});

test('files of no entry and of a few are searched, with and without a footer', () => {
  for (const count of [0, 1, 2, 3])
    for (const footer of [0, 4]) {
      const file = fileOf(many.slice(0, count), Buffer.alloc(footer, 0xee));
      for (const text of ['', '!k|000000', '!k|000001', '!k|000003', '!z']) {
        const key = Buffer.from(text);
        expect(new EntrySearch(memoryBytes(file.bytes), HEADER.length).find(key)).toBe(expected(file, key));
      }
    }
});

test('a body that goes on as the entries after it is told, as long as it is not larger than what is looked back for', () => {
  const fakes = Array.from({ length: 2000 }, (_, i) => entry(`!k|b${String(i).padStart(5, '0')}`, 'fake'));
  const body = Buffer.concat([Buffer.alloc(5000, 'x'), fileOf(fakes).bytes.subarray(HEADER.length)]);
  const file = fileOf([entry('!k|a', body), entry('!k|c', 'true')]);
  const key = Buffer.from('!k|b01000');
  expect(new EntrySearch(memoryBytes(file.bytes), HEADER.length).find(key)).toBe(expected(file, key));
});

test('a file that is not in order is not searched', () => {
  const { bytes } = fileOf(many);
  const half = fileOf(many.slice(0, 10_000)).bytes.length;
  const turned = Buffer.concat([HEADER, bytes.subarray(half), bytes.subarray(HEADER.length, half)]);
  const search = new EntrySearch(memoryBytes(turned), HEADER.length);
  expect(search.find(Buffer.from('!k|000500'))).toBeUndefined();
});
