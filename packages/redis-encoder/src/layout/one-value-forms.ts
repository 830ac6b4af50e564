import { isUtf8 } from 'node:buffer';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { DataError } from '@ekv/snapshot';

/**
 * Collections in one row: four magic bytes and a protobuf message; an empty value is an empty collection.
 * docs/format/03-redis.md, sections 9 and 17.
 */

const SORTED_SET_MAGIC = '00525a01';
const HASH_MAGIC = '00524801';
const SET_MAGIC = '00525301';
const MAGIC_BYTES = 4;

/** { 1: repeated { 1: member, string; 2: score, double } }. Throws DataError for NaN, UTF-8 and wire errors. */
export function parseOneValueSortedSet(
  bytes: Buffer,
  start: number,
  end: number,
): Array<{ member: Buffer; score: number }> {
  return parseMessages(bytes, start, end, SORTED_SET_MAGIC, (message) => {
    let member: Buffer = EMPTY;
    let score = 0;
    eachField(message, (field, wireType, reader) => {
      if (field === 1 && wireType === WireType.LengthDelimited) member = text(reader.bytes());
      else if (field === 2 && wireType === WireType.Bit64) score = reader.double();
      else reader.skip(wireType, field);
    });
    if (Number.isNaN(score)) throw new DataError('a score is NaN');
    return { member, score };
  });
}

/** { 1: map<string, string> }. */
export function parseOneValueHash(bytes: Buffer, start: number, end: number): Array<{ name: Buffer; value: Buffer }> {
  return parseMessages(bytes, start, end, HASH_MAGIC, (message) => {
    const entry = { name: EMPTY, value: EMPTY };
    eachField(message, (field, wireType, reader) => {
      if (field === 1 && wireType === WireType.LengthDelimited) entry.name = text(reader.bytes());
      else if (field === 2 && wireType === WireType.LengthDelimited) entry.value = text(reader.bytes());
      else reader.skip(wireType, field);
    });
    return entry;
  });
}

/** { 1: repeated string }. */
export function parseOneValueSet(bytes: Buffer, start: number, end: number): Buffer[] {
  return parseMessages(bytes, start, end, SET_MAGIC, text);
}

const EMPTY: Buffer = Buffer.alloc(0);

/** Field 1 of the message behind the magic, each time it comes. */
function parseMessages<T>(
  bytes: Buffer,
  start: number,
  end: number,
  magic: string,
  parse: (message: Buffer) => T,
): T[] {
  if (start === end) return [];
  if (bytes.toString('hex', start, Math.min(end, start + MAGIC_BYTES)) !== magic) {
    throw new DataError(`the value does not begin with the magic ${magic}`);
  }
  const found: T[] = [];
  eachField(bytes.subarray(start + MAGIC_BYTES, end), (field, wireType, reader) => {
    if (field === 1 && wireType === WireType.LengthDelimited) found.push(parse(asBuffer(reader.bytes())));
    else reader.skip(wireType, field);
  });
  return found;
}

/** Calls back for each field of a message; the callback reads or skips it. Throws DataError for broken wire data. */
export function eachField(
  message: Uint8Array,
  onField: (field: number, wireType: WireType, reader: BinaryReader) => void,
): void {
  const reader = new BinaryReader(message);
  try {
    while (reader.pos < reader.len) {
      const [field, wireType] = reader.tag();
      onField(field, wireType, reader);
    }
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(`the protobuf message is broken: ${(error as Error).message}`, { cause: error });
  }
  if (reader.pos > reader.len) throw new DataError('the protobuf message is cut short');
}

/** Bytes of a protobuf string, which must be valid UTF-8. */
export function text(bytes: Uint8Array): Buffer {
  if (!isUtf8(bytes)) throw new DataError('a string is not valid UTF-8');
  return asBuffer(bytes);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
