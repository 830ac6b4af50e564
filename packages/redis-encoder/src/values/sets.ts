import { ONE_VALUE_SET_ROWS, SET_CHANGE_ROWS, SET_MEMBER_ROWS, SET_METADATA_ROWS } from '../layout/families.ts';
import { readOneValueSet } from '../layout/one-value-forms.ts';
import type { CollectionType } from './collection-walk.ts';

const NO_VALUE = Buffer.alloc(0);

/** Sets; docs/format/03-redis.md, section 7. The value of a member row means nothing. */
export const SETS: CollectionType = {
  name: 'set',
  kind: 'set',
  list: 'members',
  elements: SET_MEMBER_ROWS,
  metadata: SET_METADATA_ROWS,
  changes: SET_CHANGE_ROWS,
  oneValue: ONE_VALUE_SET_ROWS,
  expiries: 'sets',
  takeElement: (row, elements) => elements.add(row.bytes, row.restStart, row.restEnd, row.restEnd, row.restEnd),
  takeOneValue: (row, elements) => {
    const members = new Map(
      readOneValueSet(row.bytes, row.valueStart, row.valueEnd).map((member) => [member.toString('latin1'), member]),
    );
    for (const member of members.values()) elements.addPair(member, NO_VALUE);
  },
};
