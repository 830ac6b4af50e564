import type { DamageKind } from '@ekv/snapshot';
import { printable } from '@ekv/snapshot';
import { writeSchema } from '../files/schema-json.ts';
import type { StoredTable } from '../layout/table-message.ts';
import type { DecodeContext } from './decode-context.ts';
import { DecodedTable, nameOfSortKey } from './decoded-table.ts';
import { ItemFiles } from './item-files.ts';
import { ItemDecoder } from './items.ts';
import { TableRows } from './table-rows.ts';

/**
 * Writes the files of all tables, in the order of their items. After a problem rows are checked, and nothing more is written.
 * docs/format/04-dynamodb.md, section 6.1.
 */
export function decodeTables(context: DecodeContext): void {
  const { source, problems } = context;
  const tables = new TableRows(source, context.scratch, (error) => problems.add(error));
  try {
    const items = new ItemDecoder(context);
    for (; tables.present; tables.advance()) {
      items.orphansBefore(tables.sortKey);
      decodeTable(context, items, new DecodedTable(namedByKey(context, tables), tables.sortKey));
    }
    items.orphansBefore(undefined);
  } finally {
    tables.close();
  }
}

function decodeTable(context: DecodeContext, items: ItemDecoder, table: DecodedTable): void {
  const { sink, json, problems } = context;
  const mayCollide = items.check(table);
  if (problems.count > 0) return;
  writeSchema(json, table.schema);
  sink.file(table.schemaPath, json.view());
  items.write(table, mayCollide, new ItemFiles(context, table.itemsFolder));
}

/** Of a snapshot that is salvaged, the name in the key counts: encode takes no other, and the items have it too. */
function namedByKey({ source: { damage } }: DecodeContext, tables: TableRows): StoredTable {
  const schema = tables.table();
  const name = nameOfSortKey(tables.sortKey);
  if (damage === undefined || schema.name.equals(name)) return schema;
  damage.add(TABLE_NAMES, () => `the table ${printable(name)}, which its row calls ${printable(schema.name)}`);
  return { ...schema, name };
}

const TABLE_NAMES: DamageKind = {
  name: 'table_names',
  says: 'tables have another name in their row than in its key',
  advice: 'they were written under the name of the key',
};
