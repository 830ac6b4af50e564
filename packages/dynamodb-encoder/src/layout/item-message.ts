import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { hasMagic, WIRE, WireReader } from '@ekv/adapter';
import { DataError } from '@ekv/snapshot';
import { FIELD, MAGIC } from './message-tags.ts';
import { type Attribute, type Kind, MOST_LEVELS, orderedByName, type StoredValue } from './stored-value.ts';

/** The values of item rows, read and written; docs/format/04-dynamodb.md, sections 3.1 and 3.3 to 3.5. */

/** Kinds by field number. */
const KINDS = Object.entries(FIELD).reduce<Array<Kind | undefined>>((kinds, [kind, field]) => {
  kinds[field] = kind as Kind;
  return kinds;
}, []);

/**
 * The attributes of an item row's value, in the order of the message, names repeated where the message repeats them; see
 * `orderedByName`. Views into `value`. Throws DataError.
 */
export function readItemMessage(value: Buffer): Attribute[] {
  if (!hasMagic(value, 0, value.length, MAGIC))
    throw new DataError(`the value of an item must begin with the magic ${MAGIC.toString('hex')}`);
  const attributes: Attribute[] = [];
  readEntries(new WireReader(value, MAGIC.length), value.length, attributes, 0);
  return attributes;
}

const NO_NAME = Buffer.alloc(0);

/** Field 1 of the message up to `end`, each time it comes: a name and a value. */
function readEntries(reader: WireReader, end: number, entries: Attribute[], level: number): void {
  while (reader.next(end)) {
    if (reader.isDelimited(1)) entries.push(readEntry(reader, reader.delimitedEnd(end), level));
    else reader.skip(end);
  }
}

function readEntry(reader: WireReader, end: number, level: number): Attribute {
  let name: Buffer = NO_NAME;
  let value: StoredValue = { kind: 'none' };
  while (reader.next(end)) {
    if (reader.isDelimited(1)) name = reader.text(end);
    else if (reader.isDelimited(2)) value = readValue(reader, reader.delimitedEnd(end), value, level);
    else reader.skip(end);
  }
  return { name, value };
}

/** @param value what an earlier part of the same message gave. */
function readValue(reader: WireReader, end: number, value: StoredValue, level: number): StoredValue {
  let last = value;
  while (reader.next(end)) {
    const kind = KINDS[reader.field];
    const wireType = kind === 'BOOL' || kind === 'NULL' ? WIRE.varint : WIRE.delimited;
    if (kind === undefined || reader.wireType !== wireType) reader.skip(end);
    else last = readKind(reader, end, kind, last, level);
  }
  return last;
}

function readKind(reader: WireReader, end: number, kind: Kind, last: StoredValue, level: number): StoredValue {
  switch (kind) {
    case 'S':
    case 'N':
      return { kind, bytes: reader.text(end) };
    case 'B':
      return { kind, bytes: reader.take(end) };
    case 'BOOL':
    case 'NULL':
      return { kind, truth: reader.truth(end) };
    case 'SS':
    case 'NS':
    case 'BS': {
      const set = last.kind === kind ? last : { kind, elements: [] };
      readSet(reader, reader.delimitedEnd(end), set);
      return set;
    }
    case 'L': {
      const list = last.kind === kind ? last : { kind, values: [] };
      readList(reader, reader.delimitedEnd(end), list.values, deeper(level));
      return list;
    }
    case 'M': {
      const map = last.kind === kind ? last : { kind, entries: [] };
      readEntries(reader, reader.delimitedEnd(end), map.entries, deeper(level));
      return map;
    }
  }
}

function readSet(reader: WireReader, end: number, set: { kind: 'SS' | 'NS' | 'BS'; elements: Buffer[] }): void {
  while (reader.next(end)) {
    if (reader.isDelimited(1)) set.elements.push(set.kind === 'BS' ? reader.take(end) : reader.text(end));
    else reader.skip(end);
  }
}

function readList(reader: WireReader, end: number, values: StoredValue[], level: number): void {
  while (reader.next(end)) {
    if (reader.isDelimited(1)) values.push(readValue(reader, reader.delimitedEnd(end), { kind: 'none' }, level));
    else reader.skip(end);
  }
}

function deeper(level: number): number {
  if (level === MOST_LEVELS) throw new DataError(`lists and maps are nested deeper than ${MOST_LEVELS} levels`);
  return level + 1;
}

/** After a message larger than this the writer is made anew. */
const KEEP_BELOW = 1 << 20;
/** Keeps its buffer from message to message. */
let spare = new BinaryWriter();

/** The one canonical value of an item row, as servers write it. Throws DataError when lists and maps are nested too deep. */
export function writeItemMessage(attributes: Attribute[]): Uint8Array {
  const writer = spare;
  // Not spare while it is in use, nor after a failure.
  spare = new BinaryWriter();
  writer.raw(MAGIC);
  writeEntries(writer, attributes, 0);
  const message = writer.finish();
  if (message.length < KEEP_BELOW) spare = writer;
  return message;
}

function writeEntries(writer: BinaryWriter, entries: Attribute[], level: number): void {
  for (const { name, value } of orderedByName(entries)) {
    writer.tag(1, WIRE.delimited).fork();
    writer.tag(1, WIRE.delimited).bytes(name);
    writer.tag(2, WIRE.delimited).fork();
    writeValue(writer, value, level);
    writer.join().join();
  }
}

function writeValue(writer: BinaryWriter, value: StoredValue, level: number): void {
  switch (value.kind) {
    case 'none':
      return;
    case 'BOOL':
    case 'NULL':
      writer.tag(FIELD[value.kind], WIRE.varint).bool(value.truth);
      return;
    case 'S':
    case 'N':
    case 'B':
      writer.tag(FIELD[value.kind], WIRE.delimited).bytes(value.bytes);
      return;
  }
  writer.tag(FIELD[value.kind], WIRE.delimited).fork();
  if (value.kind === 'L') writeList(writer, value.values, deeper(level));
  else if (value.kind === 'M') writeEntries(writer, value.entries, deeper(level));
  else for (const element of value.elements) writer.tag(1, WIRE.delimited).bytes(element);
  writer.join();
}

function writeList(writer: BinaryWriter, values: readonly StoredValue[], level: number): void {
  for (const value of values) {
    writer.tag(1, WIRE.delimited).fork();
    writeValue(writer, value, level);
    writer.join();
  }
}
