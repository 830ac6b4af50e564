import fc from 'fast-check';
import { afterAll, expect, test, vi } from 'vitest';
import { SnapshotFormatError } from '../errors.ts';
import { openSnapshot } from '../read/open-snapshot.ts';
import { ScratchFolder } from '../sort/scratch.ts';
import { memoryBytes } from './sst-reading.test-data.ts';
import { type Row, row, sstSnapshot } from './sst-snapshot.test-data.ts';

vi.setConfig({ testTimeout: 60_000 });

const scratch = new ScratchFolder();
afterAll(() => scratch.remove());

function encodedKeys(bytes: Buffer, ranges?: { start: Buffer; end: Buffer | undefined }[]) {
  const source = memoryBytes(bytes);
  let read = 0;
  const counted = {
    ...source,
    read: (...args: Parameters<typeof source.read>) => {
      const taken = source.read(...args);
      read += taken;
      return taken;
    },
  };
  using snapshot = openSnapshot(counted, { scratch, ...(ranges && { ranges, wholeUpTo: 0 }) });
  const keys: Buffer[] = [];
  for (const entries = snapshot.check({ families: ['!k|'] }).entries(); entries.next(); )
    keys.push(Buffer.from(entries.bytes.subarray(entries.keyStart, entries.keyEnd + 8)));
  return { keys, read, isNarrowed: snapshot.isNarrowed };
}

/** Keys of a tiny alphabet, so that they are prefixes of each other. */
const key = fc
  .array(fc.constantFrom('\x00', 'a', 'b', '\xff'), { maxLength: 8 })
  .map((parts) => Buffer.from(`!k|${parts.join('')}`, 'latin1'));
const sorted = (rows: readonly Row[]): Row[] =>
  [...new Map(rows.map((one) => [one[0].toString('latin1'), one])).values()].sort(([a], [b]) => a.compare(b));

test('of SST files the rows of some stretches of keys are there, whatever the tables, blocks and levels of the index', () => {
  const rows = fc.array(fc.tuple(key, fc.bigInt(1n, 2n ** 64n - 1n)), { minLength: 1, maxLength: 90 });
  const ends = fc.array(fc.tuple(key, key), { minLength: 1, maxLength: 4 });
  const layout = fc.tuple(
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 6 }),
    fc.constantFrom(undefined, 1, 2, 5),
  );
  fc.assert(
    fc.property(rows, ends, layout, (some, pairs, [tables, rowsOfABlock, entriesOfAnIndexBlock]) => {
      const all = sorted(some.map(([name, at]) => row(name, 'v', at)));
      const each = Math.ceil(all.length / tables);
      const lists = Array.from({ length: Math.ceil(all.length / each) }, (_, i) => all.slice(i * each, (i + 1) * each));
      const bytes = sstSnapshot(lists, {
        table: { rowsOfABlock, ...(entriesOfAnIndexBlock !== undefined && { entriesOfAnIndexBlock }) },
      });
      const ranges = pairs.map(([a, b]) => (a.compare(b) <= 0 ? { start: a, end: b } : { start: b, end: a }));
      const isIn = (one: Buffer) => ranges.some(({ start, end }) => one.compare(start) >= 0 && one.compare(end) < 0);
      const found = encodedKeys(bytes, ranges);
      expect(found.isNarrowed).toBe(true);
      expect(found.keys.filter(isIn)).toEqual(all.map(([one]) => one).filter(isIn));
      expect(all.length).toBeGreaterThanOrEqual(found.keys.length);
    }),
    { numRuns: 300 },
  );
});

const many = Array.from({ length: 20_000 }, (_, i) => row(`!k|${String(i * 2).padStart(6, '0')}`, 'v'.repeat(200)));

test.each([[undefined], [16]])(
  'blocks without any of the keys are not read; entries of a block of the index: %s',
  (entriesOfAnIndexBlock) => {
    const lists = [many.slice(0, 9000), many.slice(9000, 12_000), many.slice(12_000)];
    const bytes = sstSnapshot(lists, {
      table: { rowsOfABlock: 100, ...(entriesOfAnIndexBlock !== undefined && { entriesOfAnIndexBlock }) },
    });
    const part = (name: string) =>
      encodedKeys(bytes, [{ start: Buffer.from(name), end: Buffer.from(`${name}${'\xff'.repeat(9)}`, 'latin1') }]);
    for (const i of [0, 2, 17_998, 18_000, 39_998]) {
      const name = `!k|${String(i).padStart(6, '0')}`;
      const { keys, read } = part(name);
      expect(keys.map(String).filter((one) => one.startsWith(name)).length).toBe(1);
      expect(keys.length).toBeLessThanOrEqual(200);
      expect(read).toBeLessThan(bytes.length / 5);
    }
    expect(part('!k|000001').keys.length).toBeLessThanOrEqual(100);
    expect(part('!l|').keys).toEqual([]);
    expect(part('!a|').keys).toEqual([]);
    // From the last key of one table to the first of the next.
    const over = encodedKeys(bytes, [{ start: many[8999]![0], end: many[9001]![0] }]);
    expect(over.keys).toEqual(expect.arrayContaining([many[8999]![0], many[9000]![0]]));
  },
);

test('a damaged block is an error where it is read, and stays unnoticed elsewhere', () => {
  const bytes = sstSnapshot([many], { table: { rowsOfABlock: 100 } });
  const at = bytes.indexOf('!k|020000') + 50;
  bytes[at]! ^= 1;
  const part = (name: string) => () => encodedKeys(bytes, [{ start: Buffer.from(name), end: Buffer.from(`${name}~`) }]);
  expect(part('!k|030000')().keys.length).toBeGreaterThan(0);
  expect(part('!k|020000')).toThrow(/data block at offset \d+ of it.*: its checksum is/);
});

test('with any byte changed it is refused, or the rows are found, or the byte is of what is not read', () => {
  const rows = many.slice(0, 60).map(([name], i) => [name, Buffer.from(`${'\0'.repeat(9)}${i}`)] as const);
  const bytes = sstSnapshot([rows.slice(0, 30), rows.slice(30)], {
    table: { rowsOfABlock: 5, entriesOfAnIndexBlock: 2 },
  });
  const [start, end] = [rows[28]![0], rows[33]![0]];
  const wanted = rows.slice(28, 33).map(([name]) => name);
  let refused = 0;
  for (let at = 0; at < bytes.length; at += 5) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1 << (at % 8);
    try {
      const { keys } = encodedKeys(changed, [{ start, end }]);
      expect(keys).toEqual(expect.arrayContaining(wanted));
    } catch (error) {
      if (!(error instanceof SnapshotFormatError)) throw error;
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(bytes.length / 50);
});

test('the keys next to some keys are told', () => {
  using snapshot = openSnapshot(memoryBytes(sstSnapshot([many], { table: { rowsOfABlock: 100 } })), { scratch });
  const near = snapshot.keysAround([Buffer.from('!k|020051'), Buffer.from('!k|000003'), Buffer.from('!z')]);
  expect(near.map(String)).toEqual(['!k|020050', '!k|020052', '!k|000002', '!k|000004']);
});
