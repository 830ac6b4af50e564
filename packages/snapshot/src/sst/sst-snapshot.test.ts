import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSnapshot } from '../read/open-snapshot.ts';
import { ScratchFolder } from '../sort/scratch.ts';
import { memoryBytes, readSnapshot } from './sst-reading.test-data.ts';
import {
  LAST_COMMIT_TS,
  type Row,
  row,
  type SnapshotOptions,
  sstSnapshot,
  withFooter,
} from './sst-snapshot.test-data.ts';

const golden = join(import.meta.dirname, '../../../../fixtures/golden/live/sst');
const scratch = new ScratchFolder();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekv-sst-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  scratch.remove();
});

const read = (input: Buffer | string, family?: string) => readSnapshot(input, { scratch, ...(family && { family }) });

/** Rows `!k|00000` and so on. */
function rowsFrom(first: number, count: number, value = 'the value of '): Row[] {
  return Array.from({ length: count }, (_, i) => {
    const name = `!k|${String(first + i).padStart(5, '0')}`;
    return row(name, value + name);
  });
}

function bodiesOf(rows: readonly Row[]): string[] {
  return rows.map(([, value]) => value.toString('latin1', 9));
}

test('a snapshot of SST files of a real node has the rows that the same node wrote in the ordinary form', () => {
  const [sst, plain] = ['0000000000000051.fsm', 'plain.fsm'].map((name) => read(join(golden, name), '!'));
  expect(sst!.rows).toEqual(plain!.rows);
  expect(sst!.rows.length).toBeGreaterThan(100);
  expect(sst!.summary.entries - sst!.summary.operational).toBe(plain!.summary.entries - plain!.summary.operational);
  expect(sst!.summary).toMatchObject({
    form: 'SST files',
    footer: 'ok',
    wrapperVersion: 1,
    lastCommitTs: 117691961398657024n,
  });
});

test.each<[string, SnapshotOptions]>([
  ['plain blocks', {}],
  ['blocks that Snappy packed', { table: { compression: 1 } }],
  ['an index of two levels', { table: { entriesOfAnIndexBlock: 3 } }],
  ['an index of two levels, packed', { table: { entriesOfAnIndexBlock: 1, compression: 1 } }],
  ['blocks of one row', { table: { rowsOfABlock: 1 } }],
  ['one block with many restarts', { table: { rowsOfABlock: 1000 } }],
  ['a filter, which only says what is not there', { table: { parts: ['fullfilter.rocksdb.BuiltinBloomFilter'] } }],
  ['no checksum at the end', { footer: 'none' }],
])('rows of three SST files are read one after the other, with %s', (_, options) => {
  const lists = [rowsFrom(0, 100), rowsFrom(100, 1), rowsFrom(101, 60)];
  const { rows, summary } = read(sstSnapshot(lists, options));
  expect(rows.map(([, body]) => body)).toEqual(bodiesOf(lists.flat()));
  expect(summary).toMatchObject({
    entries: 161,
    lastCommitTs: LAST_COMMIT_TS,
    footer: options.footer ?? 'ok',
    form: 'SST files',
  });
});

test('a value larger than what is read and written at once is whole, packed or not', () => {
  for (const compression of [0, 1]) {
    const rows = [row('!k|a', 'small'), row('!k|b', Buffer.alloc(3_000_000, 'large')), row('!k|c', 'small')];
    const large = read(sstSnapshot([rows], { table: { compression } }));
    expect(large.rows.map(([, body]) => createHash('sha256').update(body).digest('hex'))).toEqual(
      bodiesOf(rows).map((body) => createHash('sha256').update(body).digest('hex')),
    );
  }
});

test('of several versions the newest one counts, and a deleted key is not there', () => {
  const rows = [row('!k|a', 'new', 9n), row('!k|a', 'old', 3n), row('!k|b', '', 9n, 1), row('!k|b', 'was', 3n)];
  expect(read(sstSnapshot([rows])).rows).toEqual([['!k|a', 'new']]);
});

test('a snapshot without rows has no SST files', () => {
  expect(read(sstSnapshot([])).summary).toMatchObject({ entries: 0, lastCommitTs: LAST_COMMIT_TS });
});

test('the header is read without a look at the SST files, and has all 64 bits of the timestamp', () => {
  using snapshot = openSnapshot(memoryBytes(sstSnapshot([rowsFrom(0, 9)]).subarray(0, -400)), { scratch });
  expect(snapshot.header()).toEqual({ wrapperVersion: 1, clockCeilingMs: 0n, lastCommitTs: LAST_COMMIT_TS });
});

test('without a wrapper it is read too', () => {
  expect(read(withFooter(sstSnapshot([rowsFrom(0, 9)], { footer: 'none' }).subarray(16))).rows.length).toBe(9);
});

test('rows can be read as often as somebody likes, with or without bodies', () => {
  using snapshot = openSnapshot(memoryBytes(sstSnapshot([rowsFrom(0, 50)])), { scratch });
  const counts = [{}, { bodies: 'passed over' as const }, {}].map((options) => {
    let count = 0;
    for (const cursor = snapshot.rowsOf(['!k|']).rows('!k|', options); cursor.next(); ) count++;
    return count;
  });
  expect(counts).toEqual([50, 50, 50]);
});

test('the SHA-256 of the snapshot is that of all its bytes', () => {
  for (const footer of [undefined, 'none'] as const) {
    const bytes = sstSnapshot([rowsFrom(0, 50)], footer && { footer });
    using snapshot = openSnapshot(memoryBytes(bytes), { scratch });
    const { sha256 } = snapshot.check({ families: [], sha256: true }).summary;
    expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  }
});

test('the check says how far it has come', () => {
  const bytes = sstSnapshot([rowsFrom(0, 50), rowsFrom(50, 50)]);
  using snapshot = openSnapshot(memoryBytes(bytes), { scratch });
  const reached: number[] = [];
  snapshot.check({ families: [], onProgress: () => reached.push(snapshot.checkedBytes) });
  expect(reached).toHaveLength(2);
  expect(reached[0]).toBeGreaterThan(0);
  expect(reached[1]).toBeGreaterThan(reached[0]!);
});

test('a pipe gives the same rows as a file', () => {
  const pipe = join(folder, 'pipe');
  spawnSync('sh', ['-c', 'mkfifo "$0"', pipe]);
  spawn('sh', ['-c', 'cat "$0" > "$1"', join(golden, '0000000000000051.fsm'), pipe], { stdio: 'ignore' });
  expect(read(pipe, '!redis|str|')).toEqual(read(join(golden, '0000000000000051.fsm'), '!redis|str|'));
});

test('a row that its family refuses is named by its key, not by an offset in a copy that nobody has', () => {
  const rows = [row('!k|a', 'x'), row('!k|b', 'x', 5n, 0x80)];
  expect(() => read(sstSnapshot([rows]))).toThrow(/^in\.fsm: entry 2, key !k\|b: .*reserved/);
});

test('what is read takes memory for a few blocks, however large the file', () => {
  const path = join(folder, 'large.fsm');
  const value = Buffer.alloc(1000, 'v');
  const lists = Array.from({ length: 2 }, (_, file) =>
    Array.from({ length: 10_000 }, (_, i) => row(`!k|${file}${String(i).padStart(6, '0')}`, value)),
  );
  writeFileSync(path, sstSnapshot(lists, { footer: 'none' }));
  lists.length = 0;
  const program = `
    import { openSnapshot } from ${JSON.stringify(join(import.meta.dirname, '../read/open-snapshot.ts'))};
    using snapshot = openSnapshot(${JSON.stringify(path)});
    const before = process.resourceUsage().maxRSS;
    const { entries } = snapshot.check({ families: [] }).summary;
    console.log(JSON.stringify({ entries, grown: process.resourceUsage().maxRSS - before }));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(readFileSync(path).length).toBeGreaterThan(20_000_000);
  expect(JSON.parse(stdout)).toEqual({ entries: 20_000, grown: expect.toSatisfy((kib: number) => kib < 12_000) });
}, 30_000);
