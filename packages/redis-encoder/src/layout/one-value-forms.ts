import { hasMagic, WIRE, WireReader } from '@ekv/adapter';
import { DataError } from '@ekv/snapshot';

/**
 * Collections in one row: four magic bytes and a protobuf message; an empty value is an empty collection. They are only read:
 * current servers do not write them. docs/format/03-redis.md, sections 9 and 17.
 */

const SORTED_SET_MAGIC = Buffer.from('00525a01', 'hex');
const HASH_MAGIC = Buffer.from('00524801', 'hex');
const SET_MAGIC = Buffer.from('00525301', 'hex');
const EMPTY: Buffer = Buffer.alloc(0);

/** { 1: repeated { 1: member, string; 2: score, double } }. Throws DataError for NaN, UTF-8 and wire errors. */
export function readOneValueSortedSet(
  bytes: Buffer,
  start: number,
  end: number,
): Array<{ member: Buffer; score: number }> {
  return readMessages(bytes, start, end, SORTED_SET_MAGIC, (message, outerEnd) => {
    const one = { member: EMPTY, score: 0 };
    const messageEnd = message.delimitedEnd(outerEnd);
    while (message.next(messageEnd)) {
      if (message.isDelimited(1)) one.member = message.text(messageEnd);
      else if (message.field === 2 && message.wireType === WIRE.bit64) one.score = message.double(messageEnd);
      else message.skip(messageEnd);
    }
    if (Number.isNaN(one.score)) throw new DataError('a score is NaN');
    return one;
  });
}

/** { 1: map<string, string> }. Throws DataError. */
export function readOneValueHash(bytes: Buffer, start: number, end: number): Array<{ name: Buffer; value: Buffer }> {
  return readMessages(bytes, start, end, HASH_MAGIC, (message, outerEnd) => {
    const entry = { name: EMPTY, value: EMPTY };
    const messageEnd = message.delimitedEnd(outerEnd);
    while (message.next(messageEnd)) {
      if (message.isDelimited(1)) entry.name = message.text(messageEnd);
      else if (message.isDelimited(2)) entry.value = message.text(messageEnd);
      else message.skip(messageEnd);
    }
    return entry;
  });
}

/** { 1: repeated string }. Throws DataError. */
export function readOneValueSet(bytes: Buffer, start: number, end: number): Buffer[] {
  return readMessages(bytes, start, end, SET_MAGIC, (message, outerEnd) => message.text(outerEnd));
}

/** Field 1 of the message after the magic, each time it comes. */
function readMessages<T>(
  bytes: Buffer,
  start: number,
  end: number,
  magic: Buffer,
  read: (message: WireReader, end: number) => T,
): T[] {
  if (start === end) return [];
  if (!hasMagic(bytes, start, end, magic))
    throw new DataError(`the value does not begin with the magic ${magic.toString('hex')}`);
  const found: T[] = [];
  const message = new WireReader(bytes, start + magic.length);
  while (message.next(end)) {
    if (message.isDelimited(1)) found.push(read(message, end));
    else message.skip(end);
  }
  return found;
}
