/** Constants of the container; docs/format/01-snapshot.md, sections 2 and 3. */

export const PAYLOAD_MAGIC = 'EKVPBBL1';
/** First seven characters of both wrapper versions; the eighth is the version. */
export const WRAPPER_MAGIC = 'EKVTHLC';
/** Magic and last commit timestamp. */
export const PAYLOAD_HEADER_BYTES = 16;
/** Bytes of a length field of an entry. */
export const LENGTH_BYTES = 8;
/** Bytes of the inverted commit timestamp after a user key. */
export const TIMESTAMP_BYTES = 8;
/** Flags and expiry before a body. */
export const VALUE_HEADER_BYTES = 9;
export const FOOTER_BYTES = 4;

/** Largest encoded key: 1 MiB of user key and the timestamp. */
export const KEY_CAP = 1_048_584;
/** Largest encoded value: 256 MiB, the value header, and the envelope of an encrypted value. */
export const VALUE_CAP = 268_435_499;

export const FLAG_TOMBSTONE = 0x01;
export const FLAGS_ENCRYPTION = 0x06;
export const ENCRYPTION_CLEAR = 0x00;
export const ENCRYPTION_ON = 0x02;
export const FLAGS_RESERVED = 0xf8;

/** Two rows that every file of a node has, after all rows of a family. */
export const APPLIED_INDEX_KEY = '_meta_applied_index';
export const LAST_COMMIT_TS_KEY = '_meta_last_commit_ts';
/** The row that says how far back the versions of a file reach. */
export const MIN_RETAINED_TS_KEY = '_meta_min_retained_ts';
/** Of the rows whose keys begin with `_meta_`. */
export const META_VALUE_BYTES = 8;

/** Rows that a node writes without timestamp and value header; known by their exact keys (section 4). */
const OPERATIONAL_KEYS = new Set([
  LAST_COMMIT_TS_KEY,
  MIN_RETAINED_TS_KEY,
  APPLIED_INDEX_KEY,
  '_meta_pending_min_retained_ts',
]);
const WRITERS_PREFIX = '!encryption|writers|';
const WRITERS_KEY_BYTES = 27;
const BAR = 0x7c;

/** Whether the raw key `bytes[start, end)` is one of the unversioned operational rows. */
export function isOperationalKey(bytes: Buffer, start: number, end: number): boolean {
  const first = bytes[start];
  const length = end - start;
  if (first === 0x5f) return length <= 29 && OPERATIONAL_KEYS.has(bytes.toString('latin1', start, end));
  return (
    first === 0x21 &&
    length === WRITERS_KEY_BYTES &&
    bytes[start + 24] === BAR &&
    bytes.toString('latin1', start, start + WRITERS_PREFIX.length) === WRITERS_PREFIX
  );
}
