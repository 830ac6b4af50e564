import { readSortedSetMember } from '../files/collection-json-reader.ts';
import { SORTED_SETS_FOLDER } from '../files/paths.ts';
import { SORTED_SET_MEMBER_ROWS, SORTED_SET_METADATA_ROWS, SORTED_SET_SCORE_ROWS } from '../layout/families.ts';
import { lengthRowKey } from '../layout/row-keys.ts';
import {
  type SortedSetMember,
  sortedSetMemberRecord,
  sortedSetRecords,
  sortedSetScoreRecord,
} from '../records/collection-rows.ts';
import { checkScoreText } from '../sense/scores.ts';
import type { CollectionForm } from './collections.ts';
import type { EncodeContext } from './encode-context.ts';

/** Sorted sets; docs/format/03-redis.md, section 9. */
export const SORTED_SETS: CollectionForm<SortedSetMember> = {
  kind: 'sorted set',
  metadata: SORTED_SET_METADATA_ROWS,
  folder: SORTED_SETS_FOLDER,
  list: 'members',
  readElement: readMember,
  records: sortedSetRecords,
  elementRecords: (key, member) => [
    sortedSetMemberRecord(lengthRowKey(SORTED_SET_MEMBER_ROWS, key), member),
    sortedSetScoreRecord(lengthRowKey(SORTED_SET_SCORE_ROWS, key), member),
  ],
};

function readMember(context: EncodeContext, path: string): SortedSetMember {
  const { tree, findings } = context;
  return readSortedSetMember(context, path, (text, score) =>
    checkScoreText(findings, text, score, () => tree.display(path)),
  );
}
