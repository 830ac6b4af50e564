import { locatedRows, type Owner } from '@ekv/adapter';
import { ArgumentError, type ReadableSnapshot, type RowSource, ScratchFolder, type Warn } from '@ekv/snapshot';
import { givenSnapshot, givenText, type WarnOptions, warnOf, wrongKind } from '@ekv/snapshot/arguments';
import { leaveDamagedRowsOut } from '../decode/damaged-rows.ts';
import { type DecodedTable, tableSortKey } from '../decode/decoded-table.ts';
import { TableRows } from '../decode/table-rows.ts';
import { DecodeWarnings } from '../decode/table-warnings.ts';
import { DYNAMODB_FAMILIES } from '../layout/families.ts';
import { shownText } from '../layout/shown-text.ts';
import { readItem, type StoredItem } from './item-values.ts';
import { readTable, type StoredTable } from './table-definitions.ts';
import { TableItems } from './table-items.ts';

export type { ReadableSnapshot } from '@ekv/snapshot';
export type { StoredAttributeValue, StoredItem } from './item-values.ts';
export type { StoredIndex, StoredTable } from './table-definitions.ts';

/** An item with the name of its table. */
export interface StoredTableItem {
  readonly table: string;
  readonly item: StoredItem;
}

/** An item with whose it is, as its rows tell. */
export interface OwnedItem extends StoredTableItem {
  readonly owner: Owner;
}

/** How tables and items are read: `warn` is told after the last of them what was left out, as by decode; a loop that is left early tells nothing. */
export type DynamodbItemsOptions = WarnOptions;

/**
 * The tables of a snapshot, in the order of their items. `defineTable` takes what this gives.
 *
 * @param options as all readers have them; of a table there is nothing to tell today.
 * @throws ArgumentError for anything but a snapshot; while it is walked over, SnapshotFormatError with path, ordinal and key for a row that is
 * damaged.
 */
export function dynamodbTables(
  snapshot: ReadableSnapshot,
  options: DynamodbItemsOptions = {},
): Generator<StoredTable, void, undefined> {
  givenSnapshot(snapshot);
  warnOf(options, 'dynamodbTables');
  return walk(snapshot, function* (source, scratch) {
    for (const table of tablesOf(source, scratch)) yield readTable(table);
  });
}

/**
 * The items of a snapshot, of one table or of all, table by table, one in memory at a time: exactly those that decode writes. Items of
 * tables and generations that no server serves are not among them. A loop that is left early lets go of everything.
 *
 * @param table its name, or the table itself. Default: all tables.
 * @throws ArgumentError for anything but a snapshot and a name; while it is walked over, ArgumentError when there is no such table, and
 * SnapshotFormatError with path, ordinal and key for a row that is damaged.
 */
export function dynamodbItems(
  snapshot: ReadableSnapshot,
  table?: string | Pick<StoredTable, 'name'>,
  options: DynamodbItemsOptions = {},
): Generator<StoredTableItem, void, undefined> {
  givenSnapshot(snapshot);
  const name = nameOf(table);
  return itemsIn(snapshot, name, warnOf(options, 'dynamodbItems'), (one) => one);
}

/** As {@link dynamodbItems}, with the owner of each: who looks for items by their addresses, docs/format/13-selection.md, asks it. */
export function dynamodbOwnedItems(
  snapshot: ReadableSnapshot,
  table?: string | Pick<StoredTable, 'name'>,
  options: DynamodbItemsOptions = {},
): Generator<OwnedItem, void, undefined> {
  givenSnapshot(snapshot);
  const name = nameOf(table);
  return itemsIn(snapshot, name, warnOf(options, 'dynamodbOwnedItems'), (one, items) => ({
    ...one,
    owner: items.owner(),
  }));
}

function itemsIn<T>(
  snapshot: ReadableSnapshot,
  name: string | undefined,
  warn: Warn | undefined,
  give: (one: StoredTableItem, items: TableItems) => T,
): Generator<T, void, undefined> {
  return walk(snapshot, function* (source, scratch) {
    const warnings = new DecodeWarnings();
    const items = new TableItems(source, scratch, warnings);
    for (const decoded of tablesOf(source, scratch, name)) {
      if (name === undefined) items.orphansBefore(decoded.sortKey);
      for (const { attributes } of items.of(decoded))
        yield give({ table: decoded.name, item: readItem(attributes) }, items);
    }
    if (name === undefined) items.orphansBefore(undefined);
    if (warn !== undefined) warnings.report(warn);
  });
}

function nameOf(table: string | Pick<StoredTable, 'name'> | undefined): string | undefined {
  if (table === undefined) return undefined;
  if (typeof table === 'string') return givenText(table, 'the name of the table');
  if (table !== null && 'warn' in Object(table))
    throw new ArgumentError(
      'the options of dynamodbItems come after the table; for all tables, dynamodbItems(snapshot, undefined, options)',
    );
  const name: unknown = table?.name;
  if (typeof name === 'string') return givenText(name, 'the name of the table');
  throw wrongKind(table, 'the table', 'its name, or what dynamodbTables() gives');
}

/** What `read` gives, with errors that name the file, and with scratch while it lasts. */
function* walk<T>(
  snapshot: ReadableSnapshot,
  read: (source: RowSource, scratch: ScratchFolder) => Generator<T, void, undefined>,
): Generator<T, void, undefined> {
  const source = snapshot.rowsOf(DYNAMODB_FAMILIES);
  const scratch = new ScratchFolder();
  try {
    if (source.damage !== undefined) leaveDamagedRowsOut(source, scratch);
    yield* locatedRows(source, read(source, scratch));
  } finally {
    scratch.remove();
  }
}

/** @param name of the only one that is wanted. */
function* tablesOf(source: RowSource, scratch: ScratchFolder, name?: string): Generator<DecodedTable, void, undefined> {
  const tables = new TableRows(source, scratch, rethrow);
  const wanted = name === undefined ? undefined : tableSortKey(Buffer.from(name).toString('base64url'));
  try {
    for (const table of tables.all()) {
      if (wanted === undefined) yield table;
      else if (table.sortKey === wanted) return yield table;
    }
  } finally {
    tables.close();
  }
  if (name !== undefined)
    throw new ArgumentError(`${source.path} has no table ${shownText(name)}; dynamodbTables() gives those that it has`);
}

function rethrow(error: unknown): never {
  throw error;
}
