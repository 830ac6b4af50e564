import { WIRE, WireReader } from '@ekv/adapter';

/** The fields of a small message, the last of each number. */
export interface MessageFields {
  number(field: number): bigint | undefined;
  bytes(field: number): Buffer | undefined;
}

/** Throws DataError for broken Protocol Buffers. */
export function fieldsOf(bytes: Buffer): MessageFields {
  const numbers = new Map<number, bigint>();
  const texts = new Map<number, Buffer>();
  const reader = new WireReader(bytes);
  while (reader.next(bytes.length)) {
    const { field } = reader;
    if (reader.wireType === WIRE.varint) numbers.set(field, reader.unsigned(bytes.length));
    else if (reader.isDelimited(field)) texts.set(field, reader.take(bytes.length));
    else reader.skip(bytes.length);
  }
  return { number: (field) => numbers.get(field), bytes: (field) => texts.get(field) };
}
