import { isUtf8 } from 'node:buffer';
import { rowError } from '@ekv/adapter';
import type { RowCursor, RowSource, ScratchFolder } from '@ekv/snapshot';
import { TABLE_ROWS } from '../layout/families.ts';
import { readTableMessage } from '../layout/table-message.ts';
import { DecodedTable } from './decoded-table.ts';
import { ItemRows } from './item-rows.ts';
import { readTableRow, TableRows } from './table-rows.ts';

/**
 * Reads all tables and items, and leaves those rows out that break a rule, before names are settled and anything is written.
 * Items of a table that is left out are then orphans. For snapshots that are salvaged.
 */
export function leaveDamagedRowsOut(source: RowSource, scratch: ScratchFolder): void {
  const refuse = (error: unknown) => source.leaveOut(error);
  for (const rows = source.rows(TABLE_ROWS); rows.next(); ) source.attempt(() => checkUsable(rows));
  const tables = new TableRows(source, scratch, refuse);
  try {
    let table: DecodedTable | undefined;
    for (const items = new ItemRows(source, refuse); items.present; items.advance()) {
      for (; tables.present && tables.sortKey < items.sortKey; tables.advance());
      if (!tables.present || tables.sortKey !== items.sortKey) table = undefined;
      else if (table?.sortKey !== items.sortKey) table = new DecodedTable(tables.table(), tables.sortKey);
      source.attempt(() => checkItem(items, table));
    }
  } finally {
    tables.close();
  }
}

/** Throws RowError. @param table `undefined` for an orphan. */
function checkItem(items: ItemRows, table: DecodedTable | undefined): void {
  const attributes = items.attributes();
  if (table === undefined || table.roleOf(items.generation) === 'stale') return;
  items.key(attributes, table.keys);
  items.checkEncodable(attributes, table.encodable);
}

/** Encode refuses a schema without a name that is text, or without a hash key: a tree that is salvaged must be usable. */
function checkUsable(rows: RowCursor): void {
  const { nameInKey, message } = readTableRow(rows);
  if (!isUtf8(Buffer.from(nameInKey, 'base64url')))
    throw rowError(rows, 'the name of the table in the key is no UTF-8');
  if (readTableMessage(message).hashKey.length === 0) throw rowError(rows, 'the table has no hash key');
}
