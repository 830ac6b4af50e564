import { readBytes } from '../files/bytes-json.ts';
import { SETS_FOLDER } from '../files/paths.ts';
import { SET_MEMBER_ROWS, SET_METADATA_ROWS } from '../layout/families.ts';
import { lengthRowKey } from '../layout/row-keys.ts';
import { setMemberRecord, setRecords } from '../records/collection-rows.ts';
import type { CollectionForm } from './collections.ts';

/** Sets; docs/format/03-redis.md, section 7. */
export const SETS: CollectionForm<Buffer> = {
  kind: 'set',
  metadata: SET_METADATA_ROWS,
  folder: SETS_FOLDER,
  list: 'members',
  readElement: (context, path) => readBytes(context, 'a member', path),
  records: setRecords,
  elementRecords: (key, member) => [setMemberRecord(lengthRowKey(SET_MEMBER_ROWS, key), member)],
};
