import { join } from 'node:path';
import { openSnapshot, ScratchFolder } from '@ekv/snapshot';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { KNOWN_FAMILIES } from '../decode/row-classes.ts';
import { writeAddress } from './addresses.ts';
import { OwnerFinder } from './owner-finder.ts';
import { unitsOfTree } from './tree-units.test-data.ts';

const LIVE = join(import.meta.dirname, '../../../../fixtures/golden/live');

/** Each row that stands for a unit of the tree; and what the finder does not know of the keys that adapters read. */
function lookAt(file: string) {
  const snapshot = openSnapshot(file, { scratch: new ScratchFolder(temporaryFolder()) });
  const units = new Map<string, { scope: string; generation: bigint | undefined }>();
  const strangers: string[] = [];
  const defined = new Set<string>();
  const finder = new OwnerFinder();
  try {
    const checked = snapshot.check({ families: KNOWN_FAMILIES });
    for (const rows = checked.entries(); rows.next(); ) {
      const { bytes, keyStart, keyEnd, valueStart, valueEnd, tombstone } = rows;
      const value = tombstone ? undefined : { bytes, start: valueStart, end: valueEnd };
      if (finder.find(bytes, keyStart, keyEnd, value) === undefined)
        strangers.push(bytes.toString('latin1', keyStart, keyEnd));
    }
    for (const family of KNOWN_FAMILIES)
      for (const row = checked.rows(family); row.next(); ) {
        const value = { bytes: row.bytes, start: row.valueStart, end: row.valueEnd };
        const found = finder.find(row.bytes, row.keyStart, row.keyEnd, value);
        if (found?.role === 'definition') defined.add(`${found.adapter} ${found.scope?.toString('hex')}`);
        if (found?.kind === undefined || !['value', 'element', 'metadata'].includes(found.role)) continue;
        const { generation, adapter, scope } = found;
        if (adapter === 's3' && found.role === 'element') continue;
        units.set(`${found.kind} ${writeAddress(found.owner())}`, {
          scope: `${adapter} ${scope?.toString('hex')}`,
          generation,
        });
      }
    return { units, strangers, defined };
  } finally {
    snapshot.close();
  }
}

const CASES: ReadonlyArray<readonly [file: string, tree: string]> = [
  ['all-four/00000000000001b9.fsm', 'all-four/tree'],
  ['redis/0000000000000097.fsm', 'redis/tree'],
  ['dynamodb/000000000000006a.fsm', 'dynamodb/tree'],
  ['s3/00000000000000bf.fsm', 's3/tree'],
  ['sqs/0000000000000056.fsm', 'sqs/tree'],
  ['history/000000000000034c.fsm', 'history/tree'],
];

test.each(CASES)(
  'in %s each unit of the tree has rows, and what has rows beside is of an earlier generation or of what is gone',
  (file, tree) => {
    const expected = unitsOfTree(join(LIVE, tree));
    const { units, defined } = lookAt(join(LIVE, file));
    const newest = new Map<string, bigint>();
    for (const { scope, generation = 0n } of units.values())
      if (generation >= (newest.get(scope) ?? 0n)) newest.set(scope, generation);
    const present = [...units]
      .filter(
        ([, { scope, generation = 0n }]) =>
          generation === newest.get(scope) && (defined.has(scope) || scope.startsWith('redis')),
      )
      .map(([unit]) => unit);
    expect([...expected].filter((unit) => !units.has(unit))).toEqual([]);
    expect(present.filter((unit) => !expected.has(unit))).toEqual([]);
  },
);

test.each(CASES)('what encode makes of the tree of %s has rows of the same units and of no others', (_, tree) => {
  const { units, strangers } = lookAt(join(LIVE, tree, '../out.fsm'));
  expect([...units.keys()].sort()).toEqual([...unitsOfTree(join(LIVE, tree))].sort());
  expect(strangers).toEqual([]);
});

test.each(CASES)('in %s no key of an adapter is without an owner, whatever its version', (file) => {
  const { strangers } = lookAt(join(LIVE, file));
  expect(strangers.filter((key) => /^!(?:redis|hs|st|zs|lst|stream|ddb|s3|sqs|txn)\|/.test(key))).toEqual([]);
});
