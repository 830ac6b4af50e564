import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { hasMagic, WIRE, WireReader } from '@ekv/adapter';
import { DataError } from '@ekv/snapshot';
import { orderedByName } from './stored-value.ts';

/** The values of table rows, read and written; docs/format/04-dynamodb.md, sections 3.1, 3.2, 3.4 and 3.5. */

const MAGIC = Buffer.from('00445301', 'hex');
const KEY_VERSION = 2;
const GENERATION = 1;

/** What a table is. Names and types are UTF-8, an empty name stands for none; lists are in ascending order of names. */
export interface TableSchema extends KeySchema {
  readonly name: Buffer;
  readonly definitions: AttributeDefinition[];
  readonly indexes: IndexSchema[];
}

/** Names of the key attributes; the range key is empty where there is none. */
export interface KeySchema {
  readonly hashKey: Buffer;
  readonly rangeKey: Buffer;
}

export interface AttributeDefinition {
  readonly name: Buffer;
  /** Any text. */
  readonly type: Buffer;
}

export interface IndexSchema extends KeySchema {
  readonly name: Buffer;
  /** Any text. */
  readonly projection: Buffer;
  readonly nonKeyAttributes: readonly Buffer[];
}

/** A table row: the schema, and which items belong to the table. */
export interface StoredTable extends TableSchema {
  readonly generation: bigint;
  /** Of a migration that is under way, 0 = none. */
  readonly sourceGeneration: bigint;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const NOTHING = Buffer.alloc(0);

/** What the value of a table row says; what the message lacks is empty or 0. Throws DataError. */
export function readTableMessage(value: Buffer): StoredTable {
  if (!hasMagic(value, 0, value.length, MAGIC))
    throw new DataError(`the value of a table must begin with the magic ${MAGIC.toString('hex')}`);
  const reader = new WireReader(value, MAGIC.length);
  const end = value.length;
  const table: Mutable<StoredTable> = { ...noKeys(), ...noTable() };
  while (reader.next(end)) {
    if (reader.isDelimited(1)) table.name = reader.text(end);
    else if (reader.isDelimited(2)) table.definitions.push(readDefinition(reader, reader.delimitedEnd(end)));
    else if (reader.isDelimited(3)) readKeys(reader, reader.delimitedEnd(end), table);
    else if (reader.isDelimited(4)) table.indexes.push(readIndexEntry(reader, reader.delimitedEnd(end)));
    else if (reader.field === 6 && reader.wireType === WIRE.varint) table.sourceGeneration = reader.unsigned(end);
    else if (reader.field === 7 && reader.wireType === WIRE.varint) table.generation = reader.unsigned(end);
    else reader.skip(end);
  }
  return { ...table, definitions: orderedByName(table.definitions), indexes: orderedByName(table.indexes) };
}

function noKeys(): Mutable<KeySchema> {
  return { hashKey: NOTHING, rangeKey: NOTHING };
}

function noTable(): Omit<StoredTable, keyof KeySchema> {
  return { name: NOTHING, definitions: [], indexes: [], generation: 0n, sourceGeneration: 0n };
}

function readKeys(reader: WireReader, end: number, keys: Mutable<KeySchema>): void {
  while (reader.next(end)) {
    if (reader.isDelimited(1)) keys.hashKey = reader.text(end);
    else if (reader.isDelimited(2)) keys.rangeKey = reader.text(end);
    else reader.skip(end);
  }
}

function readDefinition(reader: WireReader, end: number): AttributeDefinition {
  const definition: Mutable<AttributeDefinition> = { name: NOTHING, type: NOTHING };
  while (reader.next(end)) {
    if (reader.isDelimited(1)) definition.name = reader.text(end);
    else if (reader.isDelimited(2)) definition.type = reader.text(end);
    else reader.skip(end);
  }
  return definition;
}

interface ReadIndex extends Mutable<IndexSchema> {
  nonKeyAttributes: Buffer[];
}

function readIndexEntry(reader: WireReader, end: number): IndexSchema {
  const index: ReadIndex = { ...noKeys(), name: NOTHING, projection: NOTHING, nonKeyAttributes: [] };
  while (reader.next(end)) {
    if (reader.isDelimited(1)) index.name = reader.text(end);
    else if (reader.isDelimited(2)) readIndex(reader, reader.delimitedEnd(end), index);
    else reader.skip(end);
  }
  return index;
}

function readIndex(reader: WireReader, end: number, index: ReadIndex): void {
  while (reader.next(end)) {
    if (reader.isDelimited(1)) readKeys(reader, reader.delimitedEnd(end), index);
    else if (reader.isDelimited(2)) readProjection(reader, reader.delimitedEnd(end), index);
    else reader.skip(end);
  }
}

function readProjection(reader: WireReader, end: number, index: ReadIndex): void {
  while (reader.next(end)) {
    if (reader.isDelimited(1)) index.projection = reader.text(end);
    else if (reader.isDelimited(2)) index.nonKeyAttributes.push(reader.text(end));
    else reader.skip(end);
  }
}

/** The one canonical value of a table row: key version 2, generation 1, no migration. */
export function writeTableMessage(table: TableSchema): Uint8Array {
  const writer = new BinaryWriter().raw(MAGIC);
  writeText(writer, 1, table.name);
  for (const { name, type } of orderedByName(table.definitions)) {
    writer.tag(2, WIRE.delimited).fork();
    writer.tag(1, WIRE.delimited).bytes(name);
    writer.tag(2, WIRE.delimited).bytes(type);
    writer.join();
  }
  writeKeys(writer, 3, table);
  for (const index of orderedByName(table.indexes)) writeIndex(writer, index);
  writer.tag(5, WIRE.varint).uint32(KEY_VERSION);
  writer.tag(7, WIRE.varint).uint32(GENERATION);
  return writer.finish();
}

function writeIndex(writer: BinaryWriter, index: IndexSchema): void {
  writer.tag(4, WIRE.delimited).fork();
  writer.tag(1, WIRE.delimited).bytes(index.name);
  writer.tag(2, WIRE.delimited).fork();
  writeKeys(writer, 1, index);
  writer.tag(2, WIRE.delimited).fork();
  writeText(writer, 1, index.projection);
  // An element of a list is written also when it is empty.
  for (const name of index.nonKeyAttributes) writer.tag(2, WIRE.delimited).bytes(name);
  writer.join().join().join();
}

function writeKeys(writer: BinaryWriter, field: number, { hashKey, rangeKey }: KeySchema): void {
  writer.tag(field, WIRE.delimited).fork();
  writeText(writer, 1, hashKey);
  writeText(writer, 2, rangeKey);
  writer.join();
}

/** Empty text is left out. */
function writeText(writer: BinaryWriter, field: number, text: Buffer): void {
  if (text.length > 0) writer.tag(field, WIRE.delimited).bytes(text);
}
