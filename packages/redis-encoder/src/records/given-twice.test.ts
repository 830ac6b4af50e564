import { join } from 'node:path';
import { DuplicateKeyError, type SnapshotRow, writeSnapshot } from '@ekv/snapshot';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { hashRecords, listRecords, setRecords, sortedSetRecords, streamRecords, stringRecord } from '../index.ts';
import { ONE } from './given.test-data.ts';

async function refusal(rows: Iterable<Iterable<SnapshotRow>>): Promise<string> {
  const error: unknown = await writeSnapshot(join(temporaryFolder(), 'a.fsm'), rows).catch((reason) => reason);
  expect(error).toBeInstanceOf(DuplicateKeyError);
  return (error as Error).message;
}

test.each(Object.keys(ONE))('a key that is given twice is named in the words of the caller: %s', async (kind) => {
  const twice = [0, 1].map(() => ONE[kind]!('user:1'));
  expect(await refusal(twice)).toMatch(
    /^two rows have the key !\S+: (?:.* of )?the Redis key "user:1" was given twice;/,
  );
});

test.each<[string, () => Iterable<SnapshotRow>]>([
  ['the Redis key "k"', () => [stringRecord('k', 'a'), stringRecord('k', 'b')]],
  ['the field "f" of the Redis key "k"', () => hashRecords('k', [...Object.entries({ f: '1' }), ['f', '2']])],
  ['the member "m\\xff" of the Redis key "k"', () => setRecords('k', Array(2).fill(Buffer.from('m\xff', 'latin1')))],
  ['the member "m" of the Redis key "k"', () => sortedSetRecords('k', [['m', 1] as const, ['m', 2] as const])],
  [
    'the entry 5-6 of the Redis key "k"',
    () => streamRecords('k', [['5-6', ['f', 'v']] as const, ['5-6', ['f', 'w']] as const]),
  ],
  ['an item of the Redis key "l"', () => [...listRecords('l', ['a']), ...listRecords('l', ['b'])]],
])('what is given twice is named beside the key of its row: %s', async (name, rows) => {
  expect(await refusal([rows()])).toContain(
    `: ${name} was given twice; give it once, or set duplicates: 'first' to keep the first`,
  );
});
