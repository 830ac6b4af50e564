import { writeSchema } from '../files/schema-json.ts';
import type { DecodeContext } from './decode-context.ts';
import type { DecodedTable } from './decoded-table.ts';
import { ItemFiles } from './item-files.ts';
import { ItemParts } from './item-parts.ts';
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
    for (const table of tables.all()) {
      items.orphansBefore(table.sortKey);
      decodeTable(context, items, table);
    }
    items.orphansBefore(undefined);
  } finally {
    tables.close();
  }
}

function decodeTable(context: DecodeContext, items: ItemDecoder, table: DecodedTable): void {
  const { sink, json, problems, parts } = context;
  const census = items.check(table);
  if (problems.count > 0) return;
  writeSchema(json, table.schema);
  sink.file(table.schemaPath, json.view());
  if (parts === undefined) return items.write(table, census, new ItemFiles(context, table.itemsFolder));
  const written = new ItemParts(sink, table.itemsFolder, parts.bytes);
  items.writeLines(table, census, written);
  parts.wrote(table.folderName, written.end());
}
