import { encodeFileName, type TreeSink } from '@ekv/dump-tree';
import { jsonFile, schemaFile } from '../dynamodb-tree/json-file.ts';
import { numbered, type OddShape, type PlainShape, shortText } from './odd-shape.ts';

/** docs/format/04-dynamodb.md, sections 6 and 7. */

/** Of the item with most attributes: with their names about 400 KB, more than which no item may have. */
const ATTRIBUTES = 20_000;
/** Of an item of the usual size. */
const FEW = 20;

function writeTable(sink: TreeSink, name: string): void {
  sink.file(`dynamodb/${name}/_schema.json`, schemaFile({ name, hash: { name: 'id', type: 'S' } }));
}

function writeItem(sink: TreeSink, table: string, id: string, attributes: object): void {
  const path = `dynamodb/${table}/items/${encodeFileName(Buffer.from(id))}.json`;
  sink.file(path, jsonFile({ id: { S: id }, ...attributes }));
}

/** Items that together have so many attributes, `each` of them (the key not counted). */
function writeWideItems(sink: TreeSink, records: number, each: number): void {
  writeTable(sink, 'wide');
  for (let from = 0; from < records; from += each) {
    const attributes: Record<string, object> = {};
    for (let i = from; i < Math.min(from + each, records); i++) attributes[`n${numbered(i)}`] = { S: numbered(i) };
    writeItem(sink, 'wide', numbered(from), attributes);
  }
}

const ONE_TABLE: PlainShape = {
  name: 'one table',
  write: (sink, records) => {
    writeTable(sink, 'items');
    for (let i = 0; i < records; i++) writeItem(sink, 'items', numbered(i), { text: { S: shortText(i) } });
  },
};

function writeTables(sink: TreeSink, records: number): void {
  for (let i = 0; i < records; i++) {
    const table = `table-${numbered(i)}`;
    writeTable(sink, table);
    writeItem(sink, table, numbered(i), { text: { S: shortText(i) } });
  }
}

function writeLongItemKeys(sink: TreeSink, records: number): void {
  writeTable(sink, 'items');
  const start = 'long/'.repeat(70);
  for (let i = 0; i < records; i++) writeItem(sink, 'items', start + numbered(i), { text: { S: shortText(i) } });
}

export const DYNAMODB_SHAPES: readonly OddShape[] = [
  {
    name: 'wide-items',
    record: 'attribute',
    records: 20 * ATTRIBUTES,
    write: (sink, records) => writeWideItems(sink, records, ATTRIBUTES),
    plain: { name: 'items', write: (sink, records) => writeWideItems(sink, records, FEW) },
  },
  { name: 'tables', record: 'table', records: 100_000, write: writeTables, plain: ONE_TABLE },
  { name: 'long-item-keys', record: 'item', records: 200_000, write: writeLongItemKeys, plain: ONE_TABLE },
];
