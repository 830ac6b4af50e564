/** Key prefixes of the Redis rows; docs/format/03-redis.md, section 2. */
export const STRING_ROWS = '!redis|str|';
export const HYPERLOGLOG_ROWS = '!redis|hll|';
/** Index rows: the expiry of a key. */
export const EXPIRY_ROWS = '!redis|ttl|';
export const HASH_METADATA_ROWS = '!hs|meta|';
export const HASH_CHANGE_ROWS = '!hs|meta|d|';
export const HASH_FIELD_ROWS = '!hs|fld|';
export const SET_METADATA_ROWS = '!st|meta|';
export const SET_CHANGE_ROWS = '!st|meta|d|';
export const SET_MEMBER_ROWS = '!st|mem|';
export const SORTED_SET_METADATA_ROWS = '!zs|meta|';
export const SORTED_SET_CHANGE_ROWS = '!zs|meta|d|';
export const SORTED_SET_MEMBER_ROWS = '!zs|mem|';
export const SORTED_SET_SCORE_ROWS = '!zs|scr|';
/** Count changes of lists are in here too: only the shape sets them apart from a list named `d|...`. */
export const LIST_METADATA_ROWS = '!lst|meta|';
export const LIST_CHANGE_ROWS = '!lst|meta|d|';
export const LIST_ITEM_ROWS = '!lst|itm|';
export const LIST_CLAIM_ROWS = '!lst|claim|';
export const STREAM_METADATA_ROWS = '!stream|meta|';
export const STREAM_ENTRY_ROWS = '!stream|entry|';
/** Older forms: a whole collection in one row. */
export const ONE_VALUE_HASH_ROWS = '!redis|hash|';
export const ONE_VALUE_SET_ROWS = '!redis|set|';
export const ONE_VALUE_SORTED_SET_ROWS = '!redis|zset|';

/** The families that decode reads or knows to leave out; the longest match decides. */
export const REDIS_FAMILIES: readonly string[] = [
  STRING_ROWS,
  HYPERLOGLOG_ROWS,
  EXPIRY_ROWS,
  ONE_VALUE_SORTED_SET_ROWS,
  ONE_VALUE_HASH_ROWS,
  ONE_VALUE_SET_ROWS,
  HASH_METADATA_ROWS,
  HASH_CHANGE_ROWS,
  HASH_FIELD_ROWS,
  SET_METADATA_ROWS,
  SET_CHANGE_ROWS,
  SET_MEMBER_ROWS,
  SORTED_SET_METADATA_ROWS,
  SORTED_SET_CHANGE_ROWS,
  SORTED_SET_MEMBER_ROWS,
  SORTED_SET_SCORE_ROWS,
  LIST_METADATA_ROWS,
  LIST_ITEM_ROWS,
  LIST_CLAIM_ROWS,
  STREAM_METADATA_ROWS,
  STREAM_ENTRY_ROWS,
];

/** Of these, those that decode passes over. */
export const DERIVED_FAMILIES: readonly string[] = [
  HASH_CHANGE_ROWS,
  SET_CHANGE_ROWS,
  SORTED_SET_CHANGE_ROWS,
  SORTED_SET_SCORE_ROWS,
  LIST_CLAIM_ROWS,
];

/** Markers without meaning for the data; docs/format/01-snapshot.md, section 7.3. */
export const OPERATIONAL_FAMILIES: readonly string[] = [
  '!redis|txn-wide-hash|',
  '!redis|txn-wide-list|',
  '!redis|txn-wide-set|',
  '!redis|txn-wide-zset|',
  '!redis|route|',
];

/** Section 7.3 as well. */
export const UNREAD_FAMILIES: ReadonlyMap<string, string> = new Map([
  ['!redis|stream|', 'streams in an old one-value form, which current servers discard too'],
]);
