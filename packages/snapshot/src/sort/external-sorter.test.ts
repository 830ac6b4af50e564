import { readdirSync, readlinkSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { ExternalSorter } from './external-sorter.ts';
import { ScratchFolder } from './scratch.ts';

// What takes quadratic time takes hours; a loaded machine takes some seconds.
vi.setConfig({ testTimeout: 60_000 });

const scratch = new ScratchFolder();
afterEach(() => scratch.remove());

function sortThrough(
  rows: ReadonlyArray<readonly [Uint8Array, Uint8Array]>,
  arenaBytes: number,
): Array<[string, string]> {
  const sorter = new ExternalSorter({ scratch, arenaBytes });
  for (const [key, payload] of rows) sorter.add(key, payload);
  const sorted = sorter.sorted();
  const result: Array<[string, string]> = [];
  while (sorted.next()) {
    const { bytes, keyStart, keyEnd, payloadStart, payloadEnd } = sorted;
    const key = bytes.toString('hex', keyStart, keyEnd);
    expect(sorted.isRepeated()).toBe(key === result.at(-1)?.[0]);
    result.push([key, bytes.toString('hex', payloadStart, payloadEnd)]);
  }
  sorted.close();
  return result;
}

function expected(rows: ReadonlyArray<readonly [Uint8Array, Uint8Array]>): Array<[string, string]> {
  return rows
    .map(([key, payload], i) => ({ key: Buffer.from(key), payload: Buffer.from(payload), i }))
    .sort((a, b) => Buffer.compare(a.key, b.key) || a.i - b.i)
    .map(({ key, payload }) => [key.toString('hex'), payload.toString('hex')]);
}

/** Keys that share beginnings, are prefixes of each other, repeat, and hold 00 and ff. */
const collidingKey = fc
  .array(fc.constantFrom(0, 1, 0x61, 0xfe, 0xff), { maxLength: 12 })
  .map((bytes) => Uint8Array.from(bytes));

test('rows come out by unsigned key bytes, the shorter key first, equal keys in order of arrival', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(collidingKey, fc.uint8Array({ maxLength: 8 })), { maxLength: 400 }),
      fc.constantFrom(64, 300, 1000, 1 << 20),
      (rows, arenaBytes) => {
        expect(sortThrough(rows, arenaBytes)).toEqual(expected(rows));
      },
    ),
    { numRuns: 150 },
  );
});

test('rows are sorted alike while the memory grows to its bound, small ones and some that are larger than the memory was', () => {
  const rows = Array.from({ length: 4000 }, (_, i) => {
    const length = i % 900 === 800 ? 150_000 : 300;
    return [Buffer.from(String((i * 7919) % 4000)), Buffer.alloc(length, i)] as const;
  });
  const all = expected(rows);
  for (const arenaBytes of [1 << 16, 100_000, 1 << 20, 3 << 20]) expect(sortThrough(rows, arenaBytes)).toEqual(all);
});

test('a row larger than the arena is sorted like any other', () => {
  const large = new Uint8Array(5000).fill(7);
  const rows = [
    [Buffer.from('b'), large],
    [Buffer.from('a'), Buffer.from('1')],
    [Buffer.from('b'), Buffer.from('2')],
  ] as const;
  expect(sortThrough(rows, 256)).toEqual(expected(rows));
});

test.each([64, 1 << 20])('a payload in two parts is that of one, in an arena of %i bytes', (arenaBytes) => {
  const sorter = new ExternalSorter({ scratch, arenaBytes });
  sorter.add(Buffer.from('b'), Buffer.from('one'), Buffer.alloc(100, 'x'));
  sorter.add(Buffer.from('a'), Buffer.from('two'));
  const rows = sorter.sorted();
  const payloads: string[] = [];
  while (rows.next()) payloads.push(rows.bytes.toString('latin1', rows.payloadStart, rows.payloadEnd));
  rows.close();
  expect(payloads).toEqual(['two', `one${'x'.repeat(100)}`]);
});

test('rows that are large are merged a few at a time, so that a merge does not hold all of them', () => {
  const payload = Buffer.alloc(8 << 20);
  const sorter = new ExternalSorter({ scratch, arenaBytes: 1 << 20 });
  for (let i = 0; i < 40; i++) {
    payload[0] = (i * 7) % 40;
    sorter.add(payload.subarray(0, 1), payload);
  }
  const before = arrayBuffers();
  const sorted = sorter.sorted();
  const keys: number[] = [];
  while (sorted.next()) keys.push(sorted.bytes[sorted.keyStart]!);
  const held = arrayBuffers() - before;
  sorted.close();
  expect(keys).toEqual(Array.from({ length: 40 }, (_, i) => i));
  expect(held).toBeLessThan(160 << 20);
});

function arrayBuffers(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().arrayBuffers;
}

test('more runs than are merged at once go through several merges and stay stable', () => {
  const rows = Array.from({ length: 36_000 }, (_, i) => {
    const payload = Buffer.alloc(4);
    payload.writeUInt32BE(i);
    return [Buffer.from(String((i * 7919) % 101)), payload] as const;
  });
  expect(sortThrough(rows, 512)).toEqual(expected(rows));
});

test('keys with a megabyte in common do not exhaust the stack', () => {
  const common = Buffer.alloc(1 << 20, 0x61);
  const rows = Array.from(
    { length: 24 },
    (_, i) => [Buffer.concat([common, Buffer.from([23 - i])]), Buffer.from([i])] as const,
  );
  expect(sortThrough(rows, 64 << 20).map(([, payload]) => payload)).toEqual(
    Array.from({ length: 24 }, (_, i) => (23 - i).toString(16).padStart(2, '0')),
  );
});

test('keys that differ far behind what rows have are told apart in a merge', () => {
  const common = Buffer.alloc(2 ** 21 + 5, 0x61);
  const ends = ['', 'b', 'ab', '', 'aa', 'b', 'a', '\0', ''];
  const rows = [
    ...ends.map((end, i) => [Buffer.concat([common, Buffer.from(end)]), Buffer.from([i])] as const),
    [common.subarray(0, -7), Buffer.from('short')] as const,
    [common.subarray(0, -6), Buffer.from('less short')] as const,
    [Buffer.from('b'), Buffer.from('last')] as const,
  ];
  expect(sortThrough(rows, 3 << 20)).toEqual(expected(rows));
});

test('records of several families that come in turn, each in order, and one that is not', () => {
  const rows = Array.from({ length: 3000 }, (_, i) => {
    const family = ['!family|a|', '!family|b|', '!other|'][i % 3]!;
    const order = i % 17 === 0 ? (i * 7919) % 3000 : i;
    return [Buffer.from(`${family}${String(order).padStart(6, '0')}`), Buffer.from(String(i))] as const;
  });
  for (const arenaBytes of [1 << 10, 1 << 14, 1 << 20]) expect(sortThrough(rows, arenaBytes)).toEqual(expected(rows));
});

test('keys of which a few never tell what all share take no cubic time', () => {
  const count = 6000;
  const rows = Array.from({ length: count }, (_, i) => {
    const place = i < count - 1 ? count - 2 - i : i;
    const key = Buffer.alloc(count + 8, 0x61);
    key[place] = 0x62;
    return [key, Buffer.from(String(place))] as const;
  });
  const result = sortThrough(rows, 64 << 20);
  expect(result.map(([, payload]) => Number(Buffer.from(payload, 'hex').toString()))).toEqual(
    Array.from({ length: count }, (_, i) => count - 1 - i),
  );
});

test('many equal keys take no quadratic time', () => {
  const key = Buffer.from('same');
  const rows = Array.from({ length: 200_000 }, (_, i) => [key, Buffer.from([i & 0xff])] as const);
  rows.push([Buffer.from('a'), Buffer.from([1])]);
  const result = sortThrough(rows, 64 << 20);
  expect(result).toHaveLength(200_001);
  expect(result[0]).toEqual(['61', '01']);
  expect(result[1]![1]).toBe('00');
  expect(result[200_000]![1]).toBe((199_999 & 0xff).toString(16).padStart(2, '0'));
});

/** Scratch files that are open: they are unlinked as soon as they are made. */
function openScratchFiles(): number {
  return readdirSync('/proc/self/fd').filter((fd) => linkOf(fd).endsWith(' (deleted)')).length;
}

function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}

test('what nobody reads to its end or closes is closed with the scratch folder, and cannot be read afterwards', () => {
  const before = openScratchFiles();
  const scratch = new ScratchFolder();
  const sorters = [1, 2, 3].map(() => new ExternalSorter({ scratch, arenaBytes: 1 << 18 }));
  // More than a merge reads ahead.
  for (const sorter of sorters)
    for (let i = 0; i < 9000; i++) sorter.add(Buffer.from(String(i * 7919)), Buffer.alloc(500));
  const [read, begun] = sorters.map((sorter, i) => (i < 2 ? sorter.sorted() : undefined));
  begun!.next();
  read!.close();
  expect(openScratchFiles()).toBeGreaterThan(before);
  scratch.remove();
  scratch.remove();
  expect(openScratchFiles()).toBe(before);
  expect(() => {
    while (begun!.next());
  }).toThrow(/^the scratch file .* was closed with its folder$/);
  begun!.close();
});

test('runs that were merged, and rows that were closed, leave no scratch file open', () => {
  const before = openScratchFiles();
  const sorter = new ExternalSorter({ scratch, arenaBytes: 64 });
  let afterOneMerge = 0;
  for (let run = 0; run < 2000; run++) {
    sorter.add(Buffer.from(String((run * 7919) % 2000).padStart(24, '0')), Buffer.alloc(16));
    if (run === 300) afterOneMerge = openScratchFiles() - before;
  }
  expect(afterOneMerge).toBeGreaterThan(0);
  expect(openScratchFiles() - before).toBeLessThanOrEqual(afterOneMerge);
  const rows = sorter.sorted();
  let count = 0;
  while (rows.next()) count++;
  expect(count).toBe(2000);
  expect(openScratchFiles() - before).toBeGreaterThan(0);
  rows.close();
  expect(openScratchFiles()).toBe(before);
  rows.close();
  expect(rows.next()).toBe(false);
});

test('a sorter whose rows are not wanted leaves no scratch file open, and may be closed twice', () => {
  const before = openScratchFiles();
  const sorter = new ExternalSorter({ scratch, arenaBytes: 64 });
  for (let run = 0; run < 300; run++) sorter.add(Buffer.from(String(run).padStart(24, '0')), Buffer.alloc(16));
  expect(openScratchFiles()).toBeGreaterThan(before);
  sorter.close();
  sorter.close();
  expect(openScratchFiles()).toBe(before);
});
