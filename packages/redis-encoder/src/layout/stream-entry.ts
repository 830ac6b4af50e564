import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { DataError } from '@ekv/snapshot';
import { eachField, text } from './one-value-forms.ts';

/** Magic bytes before the protobuf message of a stream entry; docs/format/03-redis.md, section 10. */
const MAGIC = Buffer.from('0052584501', 'hex');

/**
 * The fields of an entry value, name and value in turn; the id in it is not looked at. Throws DataError for a wrong
 * magic, broken protobuf, invalid UTF-8, and a name without a value.
 */
export function parseStreamEntry(bytes: Buffer, start: number, end: number): Buffer[] {
  if (end - start < MAGIC.length || bytes.compare(MAGIC, 0, MAGIC.length, start, start + MAGIC.length) !== 0) {
    throw new DataError(`the value does not begin with the magic ${MAGIC.toString('hex')}`);
  }
  const fields: Buffer[] = [];
  eachField(bytes.subarray(start + MAGIC.length, end), (field, wireType, reader) => {
    if (field === 2 && wireType === WireType.LengthDelimited) fields.push(text(reader.bytes()));
    else if (field === 1 && wireType === WireType.LengthDelimited) text(reader.bytes());
    else reader.skip(wireType, field);
  });
  if (fields.length % 2 !== 0) throw new DataError('a field name has no value');
  return fields;
}

/** @param fields names and values in turn. Throws DataError when one is not valid UTF-8, or a name has no value. */
export function streamEntryValue(id: string, fields: readonly Uint8Array[]): Uint8Array {
  if (fields.length % 2 !== 0) throw new DataError(`entry ${id}: a field name has no value`);
  const writer = new BinaryWriter().raw(MAGIC);
  // An empty id never occurs: it always holds two numbers.
  writer.tag(1, WireType.LengthDelimited).string(id);
  for (const field of fields) writer.tag(2, WireType.LengthDelimited).bytes(text(field));
  return writer.finish();
}
