import { rowError } from '@ekv/adapter';
import { clamped } from './expiry-value.ts';
import type { ValueRange, ValueRow } from './value-range.ts';

/**
 * Values of one blob: strings and HyperLogLogs. They may begin with a header: `ff`, a byte for the type, flags, and the
 * expiry if the flags say so. docs/format/03-redis.md, sections 4 and 5.
 */

/** Second byte of a header. */
export const STRING_HEADER_BYTE = 1;
export const HYPERLOGLOG_HEADER_BYTE = 2;

const MAGIC = 0xff;
const HAS_EXPIRY = 0x01;
const HEADER_BYTES = 3;
/** With the expiry after the flags. */
const EXPIRING_HEADER_BYTES = 11;

/** Whether a value begins with a header of that type, be it cut short. */
export function hasBlobHeader({ bytes, valueStart, valueEnd }: ValueRange, headerByte: number): boolean {
  return valueEnd - valueStart >= 2 && bytes[valueStart] === MAGIC && bytes[valueStart + 1] === headerByte;
}

/** Length of the header of the value at hand, 0 when it has none. Throws RowError when it is cut short. */
export function blobHeaderBytes(row: ValueRow, headerByte: number, family: string): number {
  if (!hasBlobHeader(row, headerByte)) return 0;
  const { bytes, valueStart, valueEnd } = row;
  const length = valueEnd - valueStart;
  const expires = length > 2 && (bytes[valueStart + 2]! & HAS_EXPIRY) !== 0;
  const headerBytes = expires ? EXPIRING_HEADER_BYTES : HEADER_BYTES;
  if (headerBytes <= length) return headerBytes;
  throw rowError(row, `the header of this ${family} value is cut short`);
}

/** The expiry in a header, as {@link blobHeaderBytes} gives its length: ms since 1970, at most what a server can count; 0 = none. */
export function blobExpiry({ bytes, valueStart }: ValueRange, headerBytes: number): bigint {
  return headerBytes === EXPIRING_HEADER_BYTES ? clamped(bytes.readBigUInt64BE(valueStart + HEADER_BYTES)) : 0n;
}

/** The expiry in the header of a HyperLogLog as it stands there, ms since 1970; 0 = none, or the header is cut short. */
export function hyperLogLogExpiry(row: ValueRange): bigint {
  const { bytes, valueStart, valueEnd } = row;
  if (valueEnd - valueStart < EXPIRING_HEADER_BYTES || !hasBlobHeader(row, HYPERLOGLOG_HEADER_BYTE)) return 0n;
  return bytes[valueStart + 2]! & HAS_EXPIRY ? bytes.readBigUInt64BE(valueStart + HEADER_BYTES) : 0n;
}

/** The value of a string, which always has a header. @param expireAtMs 0, `null` or nothing = does not expire. */
export function writeStringValue(value: Uint8Array, expireAtMs: bigint | null | undefined): Buffer {
  return headed(value, STRING_HEADER_BYTE, expireAtMs);
}

/** The value of a HyperLogLog, which has a header when it expires, and where its payload would be taken for one. */
export function writeHyperLogLogValue(payload: Uint8Array, expireAtMs: bigint | null | undefined): Uint8Array {
  const needsHeader = expireAtMs || (payload[0] === MAGIC && payload[1] === HYPERLOGLOG_HEADER_BYTE);
  return needsHeader ? headed(payload, HYPERLOGLOG_HEADER_BYTE, expireAtMs) : payload;
}

function headed(body: Uint8Array, headerByte: number, expireAtMs: bigint | null | undefined): Buffer {
  const headerBytes = expireAtMs ? EXPIRING_HEADER_BYTES : HEADER_BYTES;
  const value = Buffer.allocUnsafe(headerBytes + body.length);
  value[0] = MAGIC;
  value[1] = headerByte;
  value[2] = expireAtMs ? HAS_EXPIRY : 0;
  if (expireAtMs) value.writeBigUInt64BE(expireAtMs, HEADER_BYTES);
  value.set(body, headerBytes);
  return value;
}
