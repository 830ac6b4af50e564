import { rowError } from '@ekv/adapter';
import type { Kind } from '../key-kinds.ts';
import { LIST_METADATA_ROWS, STREAM_METADATA_ROWS } from './families.ts';
import { u64s } from './row-keys.ts';
import type { ValueRange, ValueRow } from './value-range.ts';

/**
 * Values of metadata rows: a count, and in the long form the expiry of the key, which then decides.
 * docs/format/03-redis.md, sections 2, 8 and 10.
 */
export interface Metadata {
  readonly count: bigint;
  /** Milliseconds since 1970; `null` = does not expire; `undefined` = this form of metadata has no expiry field. */
  readonly expireAtMs: bigint | null | undefined;
}

/** A stream's: with the highest id that was ever given out. */
export interface StreamMetadata extends Metadata {
  readonly lastMs: bigint;
  readonly lastSeq: bigint;
}

const TOP_BIT = 1n << 63n;

/** `u64 count`, and in the long form `u64 expiry`: hashes, sets and sorted sets. Throws RowError. */
export function readCountMetadata(row: ValueRow, family: string): Metadata {
  const length = row.valueEnd - row.valueStart;
  if (length !== 8 && length !== 16)
    throw rowError(row, `the value of a ${family} row must be 8 or 16 bytes, it has ${length}`);
  return { count: countAt(row, 0, family), expireAtMs: expiryAt(row, LONG_COUNT) };
}

export function writeCountMetadata(count: number, expireAtMs: bigint | null | undefined): Buffer {
  return written(expireAtMs, BigInt(count));
}

/** `i64 head, i64 tail, u64 count`, and in the long form `u64 expiry`. Throws RowError. */
export function readListMetadata(row: ValueRow): Metadata {
  const length = row.valueEnd - row.valueStart;
  if (length !== 24 && length !== LIST_LONG_METADATA)
    throw rowError(row, `the value of a ${LIST_METADATA_ROWS} row must be 24 or 32 bytes`);
  return { count: countAt(row, 16, LIST_METADATA_ROWS), expireAtMs: expiryAt(row, LONG_LIST) };
}

/** Of a list whose first item has the sequence number 0. */
export function writeListMetadata(count: number, expireAtMs: bigint | null | undefined): Buffer {
  return written(expireAtMs, 0n, BigInt(count), BigInt(count));
}

/**
 * `u64 count, u64 last ms, u64 last seq`, and in the long form `u64 expiry`. In the longest form a trim cursor follows, which is
 * not needed. Throws RowError.
 */
export function readStreamMetadata(row: ValueRow): StreamMetadata {
  const { bytes, valueStart, valueEnd } = row;
  const length = valueEnd - valueStart;
  if (length !== 24 && !LONG_STREAM.lengths.includes(length))
    throw rowError(row, `the value of a ${STREAM_METADATA_ROWS} row must be 24, 32 or 48 bytes, it has ${length}`);
  return {
    count: countAt(row, 0, STREAM_METADATA_ROWS),
    lastMs: bytes.readBigUInt64BE(valueStart + 8),
    lastSeq: bytes.readBigUInt64BE(valueStart + 16),
    expireAtMs: expiryAt(row, LONG_STREAM),
  };
}

export function writeStreamMetadata({ count, lastMs, lastSeq, expireAtMs }: StreamMetadata): Buffer {
  return written(expireAtMs, count, lastMs, lastSeq);
}

/** Lengths of metadata that has an expiry field, and where that is. */
interface LongForm {
  readonly lengths: readonly number[];
  readonly expiryAt: number;
}

/** Length of a list's metadata that has an expiry field. */
export const LIST_LONG_METADATA = 32;

const LONG_COUNT: LongForm = { lengths: [16], expiryAt: 8 };
const LONG_LIST: LongForm = { lengths: [LIST_LONG_METADATA], expiryAt: 24 };
const LONG_STREAM: LongForm = { lengths: [32, 48], expiryAt: 24 };

const LONG_FORM_OF: Readonly<Partial<Record<Kind, LongForm>>> = {
  hash: LONG_COUNT,
  list: LONG_LIST,
  set: LONG_COUNT,
  'sorted set': LONG_COUNT,
  stream: LONG_STREAM,
};

/** The field for the expiry in the metadata at hand, ms since 1970, 0 = does not expire; `undefined` when it has none. */
export function expiryField(kind: Kind, row: ValueRange): bigint | undefined {
  const form = LONG_FORM_OF[kind];
  if (form?.lengths.includes(row.valueEnd - row.valueStart) !== true) return undefined;
  return row.bytes.readBigUInt64BE(row.valueStart + form.expiryAt);
}

function countAt(row: ValueRow, at: number, family: string): bigint {
  const count = row.bytes.readBigUInt64BE(row.valueStart + at);
  if (count >= TOP_BIT) throw rowError(row, `the count of this ${family} row is negative or too large`);
  return count;
}

function expiryAt(
  { bytes, valueStart, valueEnd }: ValueRange,
  { lengths, expiryAt }: LongForm,
): bigint | null | undefined {
  return lengths.includes(valueEnd - valueStart) ? bytes.readBigUInt64BE(valueStart + expiryAt) || null : undefined;
}

/** The short form without an expiry, the long form with one. */
function written(expireAtMs: bigint | null | undefined, ...numbers: readonly bigint[]): Buffer {
  return expireAtMs ? u64s(...numbers, expireAtMs) : u64s(...numbers);
}
