import {
  type KeyRange,
  keysFrom,
  type Owner,
  oneKey,
  PLAIN_PART,
  type ReadOwner,
  type RowOwner,
  type RowOwners,
  type RowRole,
  rowOwners,
  sortedRanges,
  type UnitKind,
} from '@ekv/adapter';
import {
  EXPIRY_ROWS,
  HASH_CHANGE_ROWS,
  HASH_FIELD_ROWS,
  HASH_METADATA_ROWS,
  HYPERLOGLOG_ROWS,
  LIST_CHANGE_ROWS,
  LIST_CLAIM_ROWS,
  LIST_ITEM_ROWS,
  LIST_METADATA_ROWS,
  ONE_VALUE_HASH_ROWS,
  ONE_VALUE_SET_ROWS,
  ONE_VALUE_SORTED_SET_ROWS,
  OPERATIONAL_FAMILIES,
  SET_CHANGE_ROWS,
  SET_MEMBER_ROWS,
  SET_METADATA_ROWS,
  SORTED_SET_CHANGE_ROWS,
  SORTED_SET_MEMBER_ROWS,
  SORTED_SET_METADATA_ROWS,
  SORTED_SET_SCORE_ROWS,
  STREAM_ENTRY_ROWS,
  STREAM_METADATA_ROWS,
  STRING_ROWS,
  UNREAD_FAMILIES,
} from '../layout/families.ts';
import {
  CHANGE_SUFFIX_BYTES,
  countChangeKeyEnd,
  LENGTH_BYTES,
  lengthKeyEnd,
  lengthRowKey,
  rowKey,
  SEQUENCE_BYTES,
} from '../layout/row-keys.ts';
import { rowExpiry } from './row-expiry.ts';

/** Where the Redis key stands in the keys of a family: alone; with its length before it; with the bytes of a sequence number behind it. */
type KeyPlace = 'alone' | 'after its length' | 'before a number';

interface FamilyRule {
  readonly prefix: string;
  readonly place: KeyPlace;
  readonly kind?: UnitKind;
  readonly role: RowRole;
}

/** docs/format/03-redis.md, section 2. */
const RULES: readonly FamilyRule[] = [
  { prefix: STRING_ROWS, place: 'alone', kind: 'string', role: 'value' },
  { prefix: HYPERLOGLOG_ROWS, place: 'alone', kind: 'hyperloglog', role: 'value' },
  { prefix: EXPIRY_ROWS, place: 'alone', role: 'expiry' },
  { prefix: ONE_VALUE_HASH_ROWS, place: 'alone', kind: 'hash', role: 'value' },
  { prefix: ONE_VALUE_SET_ROWS, place: 'alone', kind: 'set', role: 'value' },
  { prefix: ONE_VALUE_SORTED_SET_ROWS, place: 'alone', kind: 'sorted set', role: 'value' },
  ...[...UNREAD_FAMILIES.keys()].map((prefix) => ({ prefix, place: 'alone', kind: 'stream', role: 'value' }) as const),
  ...OPERATIONAL_FAMILIES.map((prefix) => ({ prefix, place: 'alone', role: 'marker' }) as const),
  { prefix: HASH_METADATA_ROWS, place: 'after its length', kind: 'hash', role: 'metadata' },
  { prefix: HASH_CHANGE_ROWS, place: 'after its length', kind: 'hash', role: 'change' },
  { prefix: HASH_FIELD_ROWS, place: 'after its length', kind: 'hash', role: 'element' },
  { prefix: SET_METADATA_ROWS, place: 'after its length', kind: 'set', role: 'metadata' },
  { prefix: SET_CHANGE_ROWS, place: 'after its length', kind: 'set', role: 'change' },
  { prefix: SET_MEMBER_ROWS, place: 'after its length', kind: 'set', role: 'element' },
  { prefix: SORTED_SET_METADATA_ROWS, place: 'after its length', kind: 'sorted set', role: 'metadata' },
  { prefix: SORTED_SET_CHANGE_ROWS, place: 'after its length', kind: 'sorted set', role: 'change' },
  { prefix: SORTED_SET_MEMBER_ROWS, place: 'after its length', kind: 'sorted set', role: 'element' },
  { prefix: SORTED_SET_SCORE_ROWS, place: 'after its length', kind: 'sorted set', role: 'index' },
  { prefix: LIST_METADATA_ROWS, place: 'alone', kind: 'list', role: 'metadata' },
  { prefix: LIST_ITEM_ROWS, place: 'before a number', kind: 'list', role: 'element' },
  { prefix: LIST_CLAIM_ROWS, place: 'after its length', kind: 'list', role: 'marker' },
  { prefix: STREAM_METADATA_ROWS, place: 'after its length', kind: 'stream', role: 'metadata' },
  { prefix: STREAM_ENTRY_ROWS, place: 'after its length', kind: 'stream', role: 'element' },
];

/** Whose the Redis rows are. */
export const redisOwners: RowOwners = rowOwners({
  addresses: { adapter: 'redis', unit: 'key' },
  families: new Map([
    ...RULES.map((rule) => [rule.prefix, reader(rule)] as const),
    [LIST_METADATA_ROWS, listMetadataOrChange],
  ]),
  inValue: new Map([[LIST_METADATA_ROWS, (found, _, start, end) => decideList(found, end - start)]]),
  ranges,
  expiresAtMs: rowExpiry,
});

function reader({ place, kind, role }: FamilyRule): ReadOwner {
  return (found, bytes, start, end) => {
    found.kind = kind;
    found.role = role;
    if (place === 'alone') return take(found, bytes, start, end);
    if (place === 'before a number') return take(found, bytes, start, end - SEQUENCE_BYTES);
    return take(found, bytes, start + LENGTH_BYTES, lengthKeyEnd(bytes, start, end));
  };
}

function take(found: RowOwner, bytes: Buffer, start: number, end: number): boolean {
  if (end < start) return false;
  found.keyPart.set(PLAIN_PART, bytes, start, end);
  return true;
}

const CHANGE_START = LIST_CHANGE_ROWS.slice(LIST_METADATA_ROWS.length);
const CHANGE_VALUE_BYTES = 16;

/** A count change, or the metadata of a list whose name looks like the rest of such a key: then only the value tells. Section 7.4 of docs/format/01-snapshot.md. */
function listMetadataOrChange(found: RowOwner, bytes: Buffer, start: number, end: number): boolean {
  found.kind = 'list';
  found.role = 'metadata';
  const lengthAt = start + CHANGE_START.length;
  if (end < lengthAt || bytes.toString('latin1', start, lengthAt) !== CHANGE_START)
    return take(found, bytes, start, end);
  const changed = countChangeKeyEnd(bytes, lengthAt, end);
  if (changed === -1) return take(found, bytes, start, end);
  found.role = 'change';
  found.isInValue = true;
  return take(found, bytes, lengthAt + LENGTH_BYTES, changed);
}

function decideList(found: RowOwner, valueBytes: number): boolean {
  if (valueBytes === CHANGE_VALUE_BYTES) return true;
  const { bytes, start, end } = found.keyPart;
  found.role = 'metadata';
  return take(found, bytes, start - LENGTH_BYTES - CHANGE_START.length, end + CHANGE_SUFFIX_BYTES);
}

function ranges({ key }: Owner): KeyRange[] {
  if (key === undefined) return sortedRanges(RULES.map(({ prefix }) => keysFrom(Buffer.from(prefix, 'latin1'))));
  const changes = keysFrom(lengthRowKey(LIST_CHANGE_ROWS, key), CHANGE_SUFFIX_BYTES);
  return sortedRanges([...RULES.map(({ prefix, place }) => rangeOf(prefix, place, key)), changes]);
}

function rangeOf(prefix: string, place: KeyPlace, key: Buffer): KeyRange {
  if (place === 'after its length') return keysFrom(lengthRowKey(prefix, key));
  return place === 'alone' ? oneKey(rowKey(prefix, key)) : keysFrom(rowKey(prefix, key), SEQUENCE_BYTES);
}
