import { isUtf8 } from 'node:buffer';
import { Problems } from '@ekv/dump-tree';
import type { RowCursor, RowSource, ScratchFolder } from '@ekv/snapshot';
import { TABLE_ROWS } from '../layout/families.ts';
import { parseTable } from '../layout/table-message.ts';
import { ItemRows } from './item-rows.ts';
import { rowError } from './row-error.ts';
import { DecodedTable } from './table-items.ts';
import { readTable, TableRows } from './table-rows.ts';

/**
 * Reads all tables and items, and leaves those rows out that break a rule, before names are settled and anything is written.
 * Items of a table that is left out are then orphans. For snapshots that are salvaged.
 */
export function leaveDamagedRowsOut(source: RowSource, scratch: ScratchFolder): void {
  for (const rows = source.rows(TABLE_ROWS); rows.next(); ) source.attempt(() => checkUsable(rows));
  const tables = new TableRows(source, scratch, new Problems());
  const items = new ItemRows(source);
  let table: DecodedTable | undefined;
  while (items.present || items.isAtStart) {
    source.attempt(() => {
      items.advance();
      if (!items.present) return;
      for (; tables.present && tables.order < items.order; tables.advance());
      if (!tables.present || tables.order !== items.order) table = undefined;
      else if (table?.order !== items.order) table = new DecodedTable(tables.table(), tables.order);
      const attributes = items.attributes();
      if (table === undefined || table.partOf(items.generation) === 'stale') return;
      items.key(attributes, table.keys);
      items.checkEncodable(attributes, table.schema);
    });
  }
}

/** Encode refuses a schema without a name that is text, or without a hash key: a tree that is salvaged must be usable. */
function checkUsable(rows: RowCursor): void {
  const { nameInKey, message } = readTable(rows);
  if (!isUtf8(Buffer.from(nameInKey, 'base64url')))
    throw rowError(rows, 'the name of the table in the key is no UTF-8');
  if (parseTable(message).hashKey.length === 0) throw rowError(rows, 'the table has no hash key');
}
