import type { SnapshotRecord } from '@ekv/snapshot';
import { SET_MEMBER_ROWS, SET_METADATA_ROWS } from '../layout/families.ts';
import { lengthRowKey } from '../layout/row-keys.ts';
import { expiryRecords } from '../records/blob-records.ts';
import { countRecord, setMemberRecord, setRecords } from '../records/collection-records.ts';
import { type CollectionForm, encodeCollection } from './collections.ts';
import type { EncodeContext } from './encode-context.ts';
import { readBytes } from './json-fields.ts';
import type { KeyFile } from './key-files.ts';

const FORM: CollectionForm<Buffer> = {
  kind: 'set',
  list: 'members',
  readElement: (context, path) => readBytes(context, 'a member', path),
  records: setRecords,
  elementRecords: (key, member) => [setMemberRecord(lengthRowKey(SET_MEMBER_ROWS, key), member)],
  stateRecords: (key, count, expireAtMs) => [
    countRecord(SET_METADATA_ROWS, key, count, expireAtMs),
    ...expiryRecords(key, expireAtMs),
  ],
};

/** The rows of a set's file. docs/format/03-redis.md, section 7. */
export function encodeSet(context: EncodeContext, file: KeyFile): Iterable<SnapshotRecord> {
  return encodeCollection(context, file, FORM);
}
