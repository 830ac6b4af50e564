import {
  ONE_VALUE_SORTED_SET_ROWS,
  SORTED_SET_CHANGE_ROWS,
  SORTED_SET_MEMBER_ROWS,
  SORTED_SET_METADATA_ROWS,
} from '../layout/families.ts';
import { readOneValueSortedSet } from '../layout/one-value-forms.ts';
import { checkScore, writeScore } from '../layout/score.ts';
import type { CollectionType } from './collection-walk.ts';

/** Sorted sets; docs/format/03-redis.md, section 9. Score rows (`!zs|scr|`) are not read. */
export const SORTED_SETS: CollectionType = {
  name: 'zset',
  kind: 'sorted set',
  list: 'members',
  elements: SORTED_SET_MEMBER_ROWS,
  metadata: SORTED_SET_METADATA_ROWS,
  changes: SORTED_SET_CHANGE_ROWS,
  oneValue: ONE_VALUE_SORTED_SET_ROWS,
  expiries: 'sortedSets',
  takeElement: (row, elements) => {
    checkScore(row);
    elements.add(row.bytes, row.restStart, row.restEnd, row.valueStart, row.valueEnd);
  },
  takeOneValue: (row, elements) => {
    const members = new Map<string, { member: Buffer; score: number }>();
    for (const one of readOneValueSortedSet(row.bytes, row.valueStart, row.valueEnd))
      members.set(one.member.toString('latin1'), one);
    for (const one of members.values()) elements.addPair(one.member, writeScore(one.score));
  },
};
