import { DataError, type SnapshotRow } from '@ekv/snapshot';
import { isPathOf, itemPath, itemPlace } from '../files/paths.ts';
import { ItemRecords } from '../records/item-records.ts';
import type { Table } from '../records/table.ts';
import { MISNAMED } from '../sense/finding-kinds.ts';
import { ItemSense } from '../sense/item-sense.ts';
import type { EncodeContext } from './encode-context.ts';
import type { FoundItem, ItemSource } from './item-source.ts';

/** The rows of the items of a table, and of its indexes. docs/format/04-dynamodb.md, section 9.3. */
export function* encodeItems(context: EncodeContext, table: Table, source: ItemSource): Generator<SnapshotRow> {
  const { problems } = context;
  const sense = new ItemSense(context.findings, table.schema);
  for (const found of source) {
    const item = problems.attempt(() => recordsOf(found, table));
    if (item === undefined) continue;
    context.keys.add(item.itemKey, found.path);
    if (found.below !== undefined && !isPathOf(item.key, item.identity, found.below))
      reportPlace(context, item, found.shown);
    sense.check(found.shown, found.attributes, item.records[0]!.value.length);
    yield* item.records;
  }
}

function recordsOf({ shown, attributes }: FoundItem, table: Table): ItemRecords {
  try {
    return new ItemRecords(table, attributes);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new DataError(`${shown}: ${error.message}`, { cause: error });
  }
}

/** The place of a file means nothing, yet decode would put the item elsewhere: an operator may have meant something. */
function reportPlace({ findings }: EncodeContext, { key }: ItemRecords, shown: string): void {
  findings.add(MISNAMED, () => `${shown} (decode writes ${itemPath(itemPlace(key))})`);
}
