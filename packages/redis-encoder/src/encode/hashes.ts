import type { SnapshotRecord } from '@ekv/snapshot';
import { HASH_FIELD_ROWS, HASH_METADATA_ROWS } from '../layout/families.ts';
import { lengthRowKey } from '../layout/row-keys.ts';
import { expiryRecords } from '../records/blob-records.ts';
import { countRecord, type HashField, hashFieldRecord, hashRecords } from '../records/collection-records.ts';
import { type CollectionForm, encodeCollection } from './collections.ts';
import type { EncodeContext } from './encode-context.ts';
import { readBytes, skipUnknown } from './json-fields.ts';
import type { KeyFile } from './key-files.ts';

const FORM: CollectionForm<HashField> = {
  kind: 'hash',
  list: 'fields',
  readElement: readField,
  records: hashRecords,
  elementRecords: (key, field) => [hashFieldRecord(lengthRowKey(HASH_FIELD_ROWS, key), field)],
  stateRecords: (key, count, expireAtMs) => [
    countRecord(HASH_METADATA_ROWS, key, count, expireAtMs),
    ...expiryRecords(key, expireAtMs),
  ],
};

/** The rows of a hash's file. docs/format/03-redis.md, section 6. */
export function encodeHash(context: EncodeContext, file: KeyFile): Iterable<SnapshotRecord> {
  return encodeCollection(context, file, FORM);
}

function readField(context: EncodeContext, path: string): HashField {
  const { reader } = context;
  const start = reader.mark();
  let name: Buffer | undefined;
  let value: Buffer | undefined;
  reader.object((field) => {
    if (field === 'name') name = readBytes(context, '"name"', path);
    else if (field === 'value') value = readBytes(context, '"value"', path);
    else skipUnknown(context, field, path);
  }, 'a field');
  if (name === undefined) return reader.failAtMark(start, '"name" is missing');
  if (value === undefined) return reader.failAtMark(start, '"value" is missing');
  return { name, value };
}
