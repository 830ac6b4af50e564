import { isHashedSegment, ROW_JSON, refusedEntry } from '@ekv/dump-tree';
import { DataError, type SnapshotRecord } from '@ekv/snapshot';
import { ItemReader } from '../files/item-json-reader.ts';
import { canBeNamed, collidingName, EMPTY_HASH_FOLDER, itemPath, itemPlace, keyName } from '../files/key-names.ts';
import { DYNAMODB_FOLDER, ITEM_SUFFIX, ITEMS_NAME, SCHEMA_NAME } from '../files/paths.ts';
import { readSchema } from '../files/schema-json-reader.ts';
import { ItemRecords } from '../records/item-records.ts';
import { Table } from '../records/table.ts';
import { tableRecords } from '../records/table-records.ts';
import { DeclaredKeys } from '../sense/declared-keys.ts';
import { LIMITS, MISNAMED } from '../sense/finding-kinds.ts';
import type { EncodeContext } from './encode-context.ts';
import { itemFiles } from './item-files.ts';
import { sortedEntries } from './sorted-entries.ts';

/** DynamoDB counts names and values; a row has a few bytes more. */
const LARGEST_ITEM = 400 << 10;

/** The rows of all tables. docs/format/04-dynamodb.md, section 9.1. */
export function* encodeTables(context: EncodeContext): Generator<SnapshotRecord> {
  const { tree, problems, strays } = context;
  for (const { name, kind } of sortedEntries(tree, context.scratch, DYNAMODB_FOLDER)) {
    const path = `${DYNAMODB_FOLDER}/${name}`;
    if (kind === 'folder') yield* encodeTable(context, name);
    else if (kind !== 'file') problems.add(refusedEntry(tree.display(path), kind));
    else if (!name.startsWith('.')) strays.add(path, kind);
  }
}

function* encodeTable(context: EncodeContext, name: string): Generator<SnapshotRecord> {
  const folder = `${DYNAMODB_FOLDER}/${name}`;
  reportStrays(context, folder);
  const schema = context.problems.attempt(() => readSchema(context, `${folder}/${SCHEMA_NAME}`, name));
  if (schema === undefined) return;
  const table = new Table(schema);
  yield* tableRecords(table);
  yield* encodeItems(context, table, `${folder}/${ITEMS_NAME}`);
}

function reportStrays({ tree, problems, strays }: EncodeContext, folder: string): void {
  for (const { name, kind } of tree.entries(folder)) {
    const path = `${folder}/${name}`;
    if (name === SCHEMA_NAME || name === ITEMS_NAME) continue;
    if (kind === 'link' || kind === 'special') problems.add(refusedEntry(tree.display(path), kind));
    else if (!name.startsWith('.')) strays.add(path, kind);
  }
}

function* encodeItems(context: EncodeContext, table: Table, itemsFolder: string): Generator<SnapshotRecord> {
  const { problems } = context;
  const items = new ItemReader(context.reader, context.findings, new DeclaredKeys(table.schema));
  for (const path of itemFiles(context, itemsFolder)) {
    const item = problems.attempt(() => readItem(context, items, table, path));
    if (item === undefined) continue;
    context.keys.add(item.itemKey, path);
    checkPlace(context, item, path, itemsFolder);
    checkSize(context, item, path);
    yield* item.records;
  }
}

function readItem(context: EncodeContext, items: ItemReader, table: Table, path: string): ItemRecords {
  const { tree } = context;
  const shown = tree.display(path);
  const attributes = items.read(shown, tree.read(path, ROW_JSON));
  try {
    return new ItemRecords(table, attributes);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new DataError(`${shown}: ${error.message}`, { cause: error });
  }
}

/** The place of a file means nothing, yet decode would put the item elsewhere: an operator may have meant something. */
function checkPlace(context: EncodeContext, item: ItemRecords, path: string, itemsFolder: string): void {
  const below = path.slice(itemsFolder.length + 1);
  if (isPlaceOf(item, below)) return;
  const wanted = () => itemPath(itemPlace(item.key.hash, item.key.range));
  context.findings.add(MISNAMED, () => `${context.tree.display(path)} (decode writes ${wanted()})`);
}

/** @param below path below `items/`. */
function isPlaceOf({ key: { hash, range }, identity }: ItemRecords, below: string): boolean {
  const slash = below.indexOf('/');
  const [folder, name] = [below.slice(0, Math.max(slash, 0)), below.slice(slash + 1, -ITEM_SUFFIX.length)];
  const isFolder =
    range === undefined
      ? slash === -1
      : canBeNamed(hash, folder) || (folder === EMPTY_HASH_FOLDER && canBeNamed(hash, ''));
  if (!isFolder) return false;
  const last = range ?? hash;
  return canBeNamed(last, name) || (isHashedSegment(name) && name === collidingName(identity, keyName(last)));
}

function checkSize({ findings, tree }: EncodeContext, { records }: ItemRecords, path: string): void {
  const size = records[0]!.value.length;
  if (size > LARGEST_ITEM) findings.add(LIMITS, () => `${tree.display(path)}: the item has about ${size} bytes`);
}
