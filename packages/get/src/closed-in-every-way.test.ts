import { join } from 'node:path';
import { OwnerFinder, readAddress } from '@ekv/core';
import { ScratchFolder } from '@ekv/snapshot';
import { writeSnapshot } from '@ekv/test-support/node-file';
import { openFilesIn } from '@ekv/test-support/open-files';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { afterEach, expect, test, vi } from 'vitest';
import { openFound } from './find/open-found.ts';
import { findUnits } from './find/units-found.ts';
import { unitHistory } from './history/unit-history.ts';
import { wantedOwners } from './wanted.ts';

const LIVE = join(import.meta.dirname, '../../../fixtures/golden/live');

afterEach(() => {
  vi.restoreAllMocks();
});

/** Throws when it is asked for the owner of one row more than that. */
function failAfter(rows: number): void {
  const { find } = OwnerFinder.prototype;
  let asked = 0;
  vi.spyOn(OwnerFinder.prototype, 'find').mockImplementation(function (this: OwnerFinder, ...row) {
    if (asked++ === rows) throw new Error('enough');
    return find.apply(this, row);
  });
}

function versions(count: number) {
  return Array.from({ length: count }, (_, i) => ({ key: '!redis|str|a', timestamp: BigInt(i + 1) << 16n }));
}

/** What a part of a history leaves open in the folder of its scratch. */
function openAfter(path: string, walk: (commits: ReturnType<typeof unitHistory>, folder: string) => void) {
  const folder = temporaryFolder();
  const scratch = new ScratchFolder(folder);
  const owner = readAddress('redis/a');
  const rows = openFound({ inputs: [{ path }], wholeUpTo: 0 }, [owner], { options: {}, scratch });
  try {
    walk(unitHistory(rows, owner, scratch), folder);
  } finally {
    rows.close();
  }
  return openFilesIn(folder);
}

test('a history that is not read to its end, or that fails, leaves no scratch file open', () => {
  const path = writeSnapshot(join(temporaryFolder(), 'in.fsm'), versions(40_000));
  const stopped = openAfter(path, (commits, folder) => {
    commits.next();
    expect(openFilesIn(folder).length).toBeGreaterThan(0);
    commits.return();
  });
  expect(stopped).toEqual([]);
  failAfter(39_000);
  expect(openAfter(path, (commits) => expect(() => commits.next()).toThrow('enough'))).toEqual([]);
});

test.each([
  ['s3/00000000000000bf.fsm', 's3/photos/mp/one.bin'],
  ['sqs/0000000000000056.fsm', 'sqs/orders/06be1778dd977f7112f08e892b1ee935'],
  ['dynamodb/000000000000006a.fsm', 'dynamodb/orders/bob/2'],
])('a search in %s that fails in any of its steps leaves no file open', (file, address) => {
  const path = join(LIVE, file);
  const run = { options: {}, scratch: new ScratchFolder(temporaryFolder()) };
  const wanted = wantedOwners([readAddress(address)]);
  const find = () => {
    const found = findUnits({ inputs: [{ path }], wholeUpTo: 0 }, wanted, run);
    try {
      return [...found.units].length;
    } finally {
      found.close();
    }
  };
  expect(find()).toBe(1);
  let failed = 0;
  for (const rows of [0, 1, 2, 3, 5, 8]) {
    failAfter(rows);
    try {
      find();
    } catch (error) {
      expect(error).toMatchObject({ message: 'enough' });
      failed++;
    }
    vi.restoreAllMocks();
    expect(openFilesIn(LIVE)).toEqual([]);
  }
  expect(failed).toBeGreaterThan(0);
});
