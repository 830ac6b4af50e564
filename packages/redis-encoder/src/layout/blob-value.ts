import type { RowCursor } from '@ekv/snapshot';

/** Values of one blob may begin with `ff`, a byte for the type, flags, and the expiry if the flags say so. docs/format/03-redis.md, sections 4 and 5. */
export const STRING_HEADER_BYTE = 1;
export const HYPERLOGLOG_HEADER_BYTE = 2;
export const HAS_EXPIRY = 0x01;

export const HEADER_BYTES = 3;
/** With the expiry after the flags. */
export const EXPIRING_HEADER_BYTES = 11;

export const STRING_HEADER = Buffer.from([0xff, STRING_HEADER_BYTE, 0x00]);
export const EXPIRING_STRING_HEADER = Buffer.from([0xff, STRING_HEADER_BYTE, HAS_EXPIRY]);
export const EXPIRING_HYPERLOGLOG_HEADER = Buffer.from([0xff, HYPERLOGLOG_HEADER_BYTE, HAS_EXPIRY]);

/** The expiry in the header of the HyperLogLog at hand, ms since 1970; 0 = none. */
export function hyperLogLogExpiry(row: RowCursor): bigint {
  const { bytes, valueStart, valueEnd } = row;
  if (valueEnd - valueStart < EXPIRING_HEADER_BYTES || !hasBlobHeader(row, HYPERLOGLOG_HEADER_BYTE)) return 0n;
  return bytes[valueStart + 2]! & HAS_EXPIRY ? bytes.readBigUInt64BE(valueStart + 3) : 0n;
}

/** Where a value stands in memory. */
interface ValueRange {
  readonly bytes: Buffer;
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** Whether a value begins with a header of that type, be it cut short. */
export function hasBlobHeader({ bytes, valueStart, valueEnd }: ValueRange, headerByte: number): boolean {
  return valueEnd - valueStart >= 2 && bytes[valueStart] === 0xff && bytes[valueStart + 1] === headerByte;
}
