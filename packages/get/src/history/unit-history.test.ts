import { join } from 'node:path';
import { readAddress } from '@ekv/core';
import { ScratchFolder } from '@ekv/snapshot';
import { writeSnapshot } from '@ekv/test-support/node-file';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { afterAll, expect, test } from 'vitest';
import { openFound } from '../find/open-found.ts';
import { findUnits } from '../find/units-found.ts';
import { wantedOwners } from '../wanted.ts';
import { unitHistory } from './unit-history.ts';

const scratch = new ScratchFolder();
afterAll(() => scratch.remove());
const run = { options: {}, scratch };

function string(value: string): Buffer {
  return Buffer.concat([Buffer.from('ff0100', 'hex'), Buffer.from(value)]);
}

function historyOf(path: string, address: string) {
  const owner = readAddress(address);
  const rows = openFound({ inputs: [{ path }], wholeUpTo: 0 }, [owner], run);
  try {
    return [...unitHistory(rows, owner, scratch)];
  } finally {
    rows.close();
  }
}

test('each version of a key is told with its size, and when it was deleted', () => {
  const path = join(temporaryFolder(), 'in.fsm');
  const key = '!redis|str|a';
  writeSnapshot(path, [
    { key, timestamp: 10n << 16n, value: string('one') },
    { key, timestamp: 20n << 16n, isDeletion: true },
    { key, timestamp: 30n << 16n, value: string('three') },
    { key: '!redis|ttl|a', timestamp: 40n << 16n, value: Buffer.alloc(8) },
    { key: '!redis|str|ab', timestamp: 50n << 16n, value: string('other') },
  ]);
  expect(historyOf(path, 'redis/a')).toEqual([
    { timestamp: 10n << 16n, atMs: -8990n, written: 1, deleted: 0, rows: 1, bytes: 6 },
    { timestamp: 20n << 16n, atMs: -8980n, written: 0, deleted: 1, rows: 0, bytes: 0 },
    { timestamp: 30n << 16n, atMs: -8970n, written: 1, deleted: 0, rows: 1, bytes: 8 },
    { timestamp: 40n << 16n, atMs: -8960n, written: 1, deleted: 0, rows: 2, bytes: 16 },
  ]);
  expect(historyOf(path, 'redis/b')).toEqual([]);
});

test('at each commit of the history of a node the key is there, or not, as the history says', () => {
  const path = join(import.meta.dirname, '../../../../fixtures/golden/live/history/000000000000034c.fsm');
  for (const address of ['redis/a', 'redis/h', 'redis/l']) {
    const owner = readAddress(address);
    const commits = historyOf(path, address);
    for (const { timestamp, rows } of commits.filter((_, i) => i % Math.ceil(commits.length / 8) === 0)) {
      let found: ReturnType<typeof findUnits>;
      try {
        found = findUnits({ inputs: [{ path }], wholeUpTo: 0, asOf: timestamp }, wantedOwners([owner]), run);
      } catch {
        // Before what the file still has of all keys.
        continue;
      }
      try {
        expect([address, timestamp, [...found.units].length > 0]).toEqual([address, timestamp, rows > 0]);
      } finally {
        found.close();
      }
    }
  }
});
