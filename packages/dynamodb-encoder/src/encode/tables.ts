import { sortedEntries } from '@ekv/adapter';
import { refusedEntry } from '@ekv/dump-tree';
import { DataError, type SnapshotRow } from '@ekv/snapshot';
import { DYNAMODB_FOLDER, ITEMS_NAME, isHidden, SCHEMA_NAME, tableFolder } from '../files/paths.ts';
import { readSchema } from '../files/schema-json.ts';
import { schemaRows } from '../records/schema-rows.ts';
import { Table } from '../records/table.ts';
import { checkSchema } from '../sense/schema-sense.ts';
import type { EncodeContext } from './encode-context.ts';
import { itemFiles } from './item-files.ts';
import { itemLines } from './item-lines.ts';
import type { ItemSource } from './item-source.ts';
import { encodeItems } from './items.ts';

/** The rows of all tables. docs/format/04-dynamodb.md, section 9.1. */
export function* encodeTables(context: EncodeContext): Generator<SnapshotRow> {
  const { tree, problems, strays } = context;
  if (problems.attempt(() => tree.isFolder(DYNAMODB_FOLDER)) !== true) return;
  for (const { name, kind } of problems.guard(sortedEntries(tree, context.scratch, DYNAMODB_FOLDER))) {
    const path = `${DYNAMODB_FOLDER}/${name}`;
    if (kind === 'folder') yield* encodeTable(context, path);
    else if (kind !== 'file') problems.add(refusedEntry(tree.display(path), kind));
    else if (!isHidden(name)) strays.add(path, kind);
  }
}

function* encodeTable(context: EncodeContext, folder: string): Generator<SnapshotRow> {
  reportStrays(context, folder);
  const table = context.problems.attempt(() => readTable(context, folder));
  if (table === undefined) return context.jsonl?.passOver(folderName(folder));
  const [schema, counter] = schemaRows(table);
  yield schema!;
  if (context.counters === undefined) yield counter!;
  else context.counters.addTable(counter!.key);
  const items = `${folder}/${ITEMS_NAME}`;
  yield* encodeItems(context, { table, folder: items }, itemsOfTable(context, folder, items));
}

function itemsOfTable(context: EncodeContext, tableFolder: string, folder: string): ItemSource {
  const { jsonl } = context;
  if (jsonl === undefined) return itemFiles(context, folder);
  return itemLines(context, { folder, name: folderName(tableFolder) }, jsonl);
}

/** Of the folder of a table, which is a path. */
function folderName(folder: string): string {
  return folder.slice(DYNAMODB_FOLDER.length + 1);
}

function readTable(context: EncodeContext, folder: string): Table {
  const { tree, findings } = context;
  const path = `${folder}/${SCHEMA_NAME}`;
  const { schema, keyTypes } = readSchema(context, path);
  const wanted = tableFolder(schema.name);
  if (wanted !== folder) {
    const [table, name] = [JSON.stringify(schema.name.toString()), wanted.slice(DYNAMODB_FOLDER.length + 1)];
    throw new DataError(
      `${tree.display(path)}: the table ${table} belongs into a folder named ${name}; rename the folder, or correct "table_name"`,
    );
  }
  checkSchema(schema, keyTypes, tree.display(path), findings);
  return new Table(schema);
}

function reportStrays({ tree, problems, strays }: EncodeContext, folder: string): void {
  for (const { name, kind } of problems.guard(tree.entries(folder))) {
    const path = `${folder}/${name}`;
    if (name === SCHEMA_NAME || name === ITEMS_NAME) continue;
    if (kind === 'link' || kind === 'special') problems.add(refusedEntry(tree.display(path), kind));
    else if (!isHidden(name)) strays.add(path, kind);
  }
}
