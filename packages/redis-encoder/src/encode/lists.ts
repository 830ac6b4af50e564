import { readBytes } from '../files/bytes-json.ts';
import { LISTS_FOLDER } from '../files/paths.ts';
import { LIST_METADATA_ROWS } from '../layout/families.ts';
import { listItemRecord, listMetadataRecord, listRecords } from '../records/collection-rows.ts';
import type { CollectionForm } from './collections.ts';

/** Lists; docs/format/03-redis.md, section 8. */
export const LISTS: CollectionForm<Buffer> = {
  kind: 'list',
  metadata: LIST_METADATA_ROWS,
  folder: LISTS_FOLDER,
  list: 'items',
  readElement: (context, path) => readBytes(context, 'an item', path),
  records: listRecords,
  elementRecords: (key, item, index) => [listItemRecord(key, index, item)],
  metadataRecord: listMetadataRecord,
};
