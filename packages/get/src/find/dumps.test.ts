import { cpSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { ADAPTER_NAMES, readAddress } from '@ekv/core';
import { ScratchFolder } from '@ekv/snapshot';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { afterAll, expect, test } from 'vitest';
import { jsonOfUnit } from '../forms/unit-json.ts';
import { wantedOwners } from '../wanted.ts';
import { findUnits } from './units-found.ts';

const GOLDEN = join(import.meta.dirname, '../../../../fixtures/golden');
const scratch = new ScratchFolder();
afterAll(() => scratch.remove());

function found(path: string, addresses: readonly string[]) {
  const warnings: string[] = [];
  const run = { options: { warn: ({ message }: { message: string }) => void warnings.push(message) }, scratch };
  const all = findUnits({ inputs: [{ path }] }, wantedOwners(addresses.map(readAddress)), run);
  try {
    const texts = Array.from(all.units, (unit) => [...jsonOfUnit(unit)].join(''));
    return { texts, isNarrowed: all.rows.isNarrowed, warnings };
  } finally {
    all.close();
  }
}

function addressOf(text: string): string {
  return JSON.parse(text).address;
}

test.each([
  'live/all-four/tree',
  'live/redis/tree',
  'live/dynamodb/tree',
  'live/s3/tree',
  'live/sqs/tree',
  'live/history/tree',
])(
  'each unit of the dump %s is found by the names of its files, as when all is read',
  (name) => {
    const path = join(GOLDEN, name);
    const all = found(path, ADAPTER_NAMES);
    expect([all.texts.length > 0, all.isNarrowed]).toEqual([true, false]);
    const step = Math.ceil(all.texts.length / 12);
    for (const text of all.texts.filter((_, i) => i % step === 0)) {
      const address = addressOf(text);
      const one = found(path, [address]);
      expect([address, one.texts, one.warnings]).toEqual([
        address,
        all.texts.filter((other) => addressOf(other) === address),
        [],
      ]);
    }
  },
  120_000,
);

test('only the files of a unit are read, and all when none has its name', () => {
  const path = join(temporaryFolder(), 'dump');
  cpSync(join(GOLDEN, 'live/redis/tree'), path, { recursive: true });
  const [expected] = found(path, ['redis/greeting']).texts;
  expect(found(path, ['redis/greeting']).isNarrowed).toBe(true);
  const folder = join(path, 'redis/db_0/strings');
  renameSync(join(folder, 'greeting.bin'), join(folder, '%67reeting.bin'));
  expect(found(path, ['redis/greeting'])).toMatchObject({ texts: [expected], isNarrowed: false });
  expect(found(path, ['redis/nobody'])).toMatchObject({ texts: [], isNarrowed: false });
});

test('a dump has one moment alone: what it has now is not told as what was there at another', () => {
  const inputs = [{ path: join(GOLDEN, 'live/all-four/tree') }];
  for (const [more, option] of [
    [{}, 'asOf'],
    [{ asOfOption: 'at' }, 'at'],
  ] as const)
    expect(() =>
      findUnits({ inputs, asOf: 5n, ...more }, wantedOwners([readAddress('redis/recent')]), { options: {}, scratch }),
    ).toThrow(`the option ${option} is for snapshots, which hold the versions of some time: `);
});
