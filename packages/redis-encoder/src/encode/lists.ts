import type { SnapshotRecord } from '@ekv/snapshot';
import { expiryRecords } from '../records/blob-records.ts';
import { listItemRecord, listMetadataRecord, listRecords } from '../records/collection-records.ts';
import { type CollectionForm, encodeCollection } from './collections.ts';
import type { EncodeContext } from './encode-context.ts';
import { readBytes } from './json-fields.ts';
import type { KeyFile } from './key-files.ts';

const FORM: CollectionForm<Buffer> = {
  kind: 'list',
  list: 'items',
  readElement: (context, path) => readBytes(context, 'an item', path),
  records: listRecords,
  elementRecords: (key, item, index) => [listItemRecord(key, index, item)],
  stateRecords: (key, count, expireAtMs) => [
    listMetadataRecord(key, count, expireAtMs),
    ...expiryRecords(key, expireAtMs),
  ],
};

/** The rows of a list's file. docs/format/03-redis.md, section 8. */
export function encodeList(context: EncodeContext, file: KeyFile): Iterable<SnapshotRecord> {
  return encodeCollection(context, file, FORM);
}
