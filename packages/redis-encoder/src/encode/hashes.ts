import { readHashField } from '../files/collection-json-reader.ts';
import { HASHES_FOLDER } from '../files/paths.ts';
import { HASH_FIELD_ROWS, HASH_METADATA_ROWS } from '../layout/families.ts';
import { lengthRowKey } from '../layout/row-keys.ts';
import { type HashField, hashFieldRecord, hashRecords } from '../records/collection-rows.ts';
import type { CollectionForm } from './collections.ts';

/** Hashes; docs/format/03-redis.md, section 6. */
export const HASHES: CollectionForm<HashField> = {
  kind: 'hash',
  metadata: HASH_METADATA_ROWS,
  folder: HASHES_FOLDER,
  list: 'fields',
  readElement: readHashField,
  records: hashRecords,
  elementRecords: (key, field) => [hashFieldRecord(lengthRowKey(HASH_FIELD_ROWS, key), field)],
};
