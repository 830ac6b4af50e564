import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import { ExternalSorter } from './external-sorter.ts';
import { ScratchFolder } from './scratch.ts';
import type { SortedRuns } from './sorted-runs.ts';

const scratch = new ScratchFolder();
afterEach(() => scratch.remove());

interface Sorted {
  readonly runs: SortedRuns[];
  readonly count: number;
}

function sortInWorker(workerData: object): Promise<Sorted> {
  const program = new URL('./sorting-worker.test-data.ts', import.meta.url);
  const worker = new Worker(program, { workerData, trackUnmanagedFds: false });
  return new Promise((resolve, reject) => {
    let sorted: Sorted;
    worker.on('message', (message: Sorted) => {
      sorted = message;
    });
    worker.on('error', reject);
    // Only now the thread's own descriptors are gone.
    worker.on('exit', () => resolve(sorted));
  });
}

function keysAndPayloads(sorter: ExternalSorter): string[] {
  const rows = sorter.sorted();
  const found: string[] = [];
  while (rows.next()) {
    const { bytes, keyStart, keyEnd, payloadStart, payloadEnd } = rows;
    found.push(`${bytes.toString('latin1', keyStart, keyEnd)}=${bytes.toString('latin1', payloadStart, payloadEnd)}`);
  }
  rows.close();
  return found;
}

test('runs that several threads sorted are merged by another one', async () => {
  const rows = 5000;
  const folder = scratch.path();
  const parts = await Promise.all([0, 1, 2].map((part) => sortInWorker({ folder, part, parts: 3, rows })));
  const before = openFiles();
  const sorter = new ExternalSorter({ scratch });
  for (const { runs, count } of parts) for (const [i, run] of runs.entries()) sorter.take(run, i === 0 ? count : 0);
  expect(sorter.count).toBe(rows);
  const all = Array.from({ length: rows }, (_, i) => [`key ${(i * 7919) % rows}`, `${i}`] as const);
  const expected = all.sort(([a], [b]) => (a < b ? -1 : 1)).map((row) => row.join('='));
  expect(keysAndPayloads(sorter)).toEqual(expected);
  expect(openFiles()).toBeLessThan(before);
});

test('rows with equal keys come in the order in which they were added and taken, through any number of hands', () => {
  const first = new ExternalSorter({ scratch, arenaBytes: 64 });
  for (const payload of ['1', '2', '3']) first.add(Buffer.from('key'), Buffer.from(payload.repeat(30)));
  const second = new ExternalSorter({ scratch, arenaBytes: 64 });
  second.add(Buffer.from('key'), Buffer.from('0'));
  for (const runs of first.handOver()) second.take(runs, 3);
  second.add(Buffer.from('key'), Buffer.from('4'));
  expect(second.count).toBe(5);
  const third = new ExternalSorter({ scratch });
  for (const runs of second.handOver()) third.take(runs, 0);
  expect(keysAndPayloads(third).map((row) => row[4])).toEqual(['0', '1', '2', '3', '4']);
});

test('many runs that are taken are merged a few at a time', () => {
  const sorter = new ExternalSorter({ scratch });
  for (let part = 0; part < 300; part++) {
    const other = new ExternalSorter({ scratch, arenaBytes: 64 });
    other.add(Buffer.from(`key ${part % 10}`), Buffer.from(`${part}`));
    for (const runs of other.handOver()) sorter.take(runs, 1);
  }
  const expected = Array.from({ length: 300 }, (_, part) => `key ${part % 10}=${part}`);
  expect(keysAndPayloads(sorter)).toEqual(
    expected.sort((a, b) => (a.slice(0, 5) < b.slice(0, 5) ? -1 : a.slice(0, 5) > b.slice(0, 5) ? 1 : 0)),
  );
});

test('a sorter without rows hands nothing over', () => {
  expect(new ExternalSorter({ scratch }).handOver()).toEqual([]);
});

test('a scratch folder in another one has names of its own, and goes with it', () => {
  const inner = scratch.folder('worker-1');
  expect(inner.newFile('run')).toBe(join(scratch.path(), 'worker-1', 'run-0'));
  expect(scratch.folder('worker-2').newFile('run')).toBe(join(scratch.path(), 'worker-2', 'run-0'));
  const outer = scratch.path();
  scratch.remove();
  expect(() => readdirSync(outer)).toThrow('ENOENT');
});

function openFiles(): number {
  return readdirSync('/proc/self/fd').length;
}
