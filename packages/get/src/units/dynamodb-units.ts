import { writeAddress } from '@ekv/core';
import { dynamodbOwnedItems, dynamodbTables, type OwnedItem, type StoredTable } from '@ekv/dynamodb-encoder/read';
import type { Wanted } from '../wanted.ts';
import { inStep } from './in-step.ts';
import { isWithin, scopesWithin } from './scopes.ts';
import type { DynamodbUnit } from './unit.ts';
import type { UnitSource } from './unit-source.ts';

/** The items that are wanted, table by table. */
export function* dynamodbUnits(source: UnitSource, wanted: Wanted): Generator<DynamodbUnit, void, undefined> {
  for (const [{ item, owner }, table] of itemsOf(source, scopesWithin(wanted.within, 'dynamodb')))
    if (wanted.takes(owner)) yield { adapter: 'dynamodb', owner, address: writeAddress(owner), table, item };
}

function* itemsOf(
  { snapshot, warn }: UnitSource,
  scopes: ReadonlySet<string> | undefined,
): Generator<readonly [OwnedItem, StoredTable], void, undefined> {
  if (scopes === undefined) {
    const items = dynamodbOwnedItems(snapshot, undefined, { warn });
    return yield* inStep(items, dynamodbTables(snapshot), (one, { name }) => one.table === name);
  }
  for (const table of dynamodbTables(snapshot)) {
    if (!isWithin(scopes, table.name)) continue;
    for (const item of dynamodbOwnedItems(snapshot, table, { warn })) yield [item, table];
  }
}
