import { HASH_CHANGE_ROWS, HASH_FIELD_ROWS, HASH_METADATA_ROWS, ONE_VALUE_HASH_ROWS } from '../layout/families.ts';
import { readOneValueHash } from '../layout/one-value-forms.ts';
import type { CollectionType } from './collection-walk.ts';

/** Hashes; docs/format/03-redis.md, section 6. */
export const HASHES: CollectionType = {
  name: 'hash',
  kind: 'hash',
  list: 'fields',
  elements: HASH_FIELD_ROWS,
  metadata: HASH_METADATA_ROWS,
  changes: HASH_CHANGE_ROWS,
  oneValue: ONE_VALUE_HASH_ROWS,
  expiries: 'hashes',
  takeElement: (row, elements) => elements.add(row.bytes, row.restStart, row.restEnd, row.valueStart, row.valueEnd),
  takeOneValue: (row, elements) => {
    // Of a name that comes twice the last value counts, as in any protobuf map.
    const fields = new Map<string, { name: Buffer; value: Buffer }>();
    for (const field of readOneValueHash(row.bytes, row.valueStart, row.valueEnd))
      fields.set(field.name.toString('latin1'), field);
    for (const { name, value } of fields.values()) elements.addPair(name, value);
  },
};
