import { hasMagic, WireReader } from '@ekv/adapter';
import { isValidUtf8 } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';

/** Magic bytes before the protobuf message of a stream entry; docs/format/03-redis.md, section 10. */
const MAGIC = Buffer.from('0052584501', 'hex');
const ID = 1;
const NAME_OR_VALUE = 2;
/** Wire type of bytes behind their length, in the low bits of a tag. */
const DELIMITED = 2;

/**
 * The fields of an entry's value, name and value in turn, views; the id in it is not looked at. Throws DataError for a wrong
 * magic, broken protobuf, invalid UTF-8, and a name without a value.
 */
export function readStreamEntry(bytes: Buffer, start: number, end: number): Buffer[] {
  if (!hasMagic(bytes, start, end, MAGIC))
    throw new DataError(`the value does not begin with the magic ${MAGIC.toString('hex')}`);
  const fields: Buffer[] = [];
  const message = new WireReader(bytes, start + MAGIC.length);
  while (message.next(end)) {
    if (message.isDelimited(NAME_OR_VALUE)) fields.push(message.text(end));
    else if (message.isDelimited(ID)) message.text(end);
    else message.skip(end);
  }
  if (fields.length % 2 !== 0) throw new DataError('a field name has no value');
  return fields;
}

/** @param fields names and values in turn. Throws DataError when one is not valid UTF-8, or a name has no value. */
export function writeStreamEntry(id: string, fields: readonly Uint8Array[]): Buffer {
  if (fields.length % 2 !== 0) throw new DataError(`entry ${id}: a field name has no value`);
  let length = MAGIC.length + fieldBytes(id.length);
  for (const field of fields) {
    if (!isValidUtf8(field, 0, field.length)) throw new DataError('a string is not valid UTF-8');
    length += fieldBytes(field.length);
  }
  const message = Buffer.allocUnsafe(length);
  message.set(MAGIC);
  // An empty id never occurs: it always holds two numbers.
  let at = beginField(message, MAGIC.length, ID, id.length);
  at += message.write(id, at, 'latin1');
  for (const field of fields) {
    at = beginField(message, at, NAME_OR_VALUE, field.length);
    message.set(field, at);
    at += field.length;
  }
  return message;
}

/** Of a tag, a length and so many bytes. */
function fieldBytes(length: number): number {
  let bytes = 2 + length;
  for (let left = length; left >= 0x80; left = Math.floor(left / 0x80)) bytes++;
  return bytes;
}

/** Writes tag and length. @returns where the bytes begin. */
function beginField(message: Buffer, start: number, number: number, length: number): number {
  let at = start;
  message[at++] = (number << 3) | DELIMITED;
  let left = length;
  for (; left >= 0x80; left = Math.floor(left / 0x80)) message[at++] = (left % 0x80) | 0x80;
  message[at++] = left;
  return at;
}
