import { isUtf8 } from 'node:buffer';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { hasMagic, WireReader } from '@ekv/adapter';
import { DataError } from '@ekv/snapshot';

/** Magic bytes before the protobuf message of a stream entry; docs/format/03-redis.md, section 10. */
const MAGIC = Buffer.from('0052584501', 'hex');
const ID = 1;
const NAME_OR_VALUE = 2;

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
export function writeStreamEntry(id: string, fields: readonly Uint8Array[]): Uint8Array {
  if (fields.length % 2 !== 0) throw new DataError(`entry ${id}: a field name has no value`);
  const writer = new BinaryWriter().raw(MAGIC);
  // An empty id never occurs: it always holds two numbers.
  writer.tag(ID, WireType.LengthDelimited).string(id);
  for (const field of fields) {
    if (!isUtf8(field)) throw new DataError('a string is not valid UTF-8');
    writer.tag(NAME_OR_VALUE, WireType.LengthDelimited).bytes(field);
  }
  return writer.finish();
}
