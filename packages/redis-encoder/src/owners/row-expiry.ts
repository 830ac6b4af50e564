import type { RowOwner } from '@ekv/adapter';
import { blobExpiry, hasBlobHeader, STRING_HEADER_BYTE } from '../layout/blob-value.ts';
import { EXPIRY_BYTES } from '../layout/expiry-value.ts';

/** Bytes of the header of a string that expires, and the flag that says so. */
const EXPIRING_HEADER_BYTES = 11;
const FLAGS_AT = 2;
const HAS_EXPIRY = 0x01;

/** When a key ends, as the row at hand says: a string says it itself, of all others it is the index row. 0: it says nothing. docs/format/03-redis.md, section 3. */
export function rowExpiry({ role, kind }: RowOwner, bytes: Buffer, valueStart: number, valueEnd: number): number {
  const length = valueEnd - valueStart;
  if (role === 'expiry') return length === EXPIRY_BYTES ? Number(bytes.readBigUInt64BE(valueStart)) : 0;
  if (role !== 'value' || kind !== 'string' || length < EXPIRING_HEADER_BYTES) return 0;
  const value = { bytes, valueStart, valueEnd };
  if (!hasBlobHeader(value, STRING_HEADER_BYTE) || (bytes[valueStart + FLAGS_AT]! & HAS_EXPIRY) === 0) return 0;
  return Number(blobExpiry(value, EXPIRING_HEADER_BYTES));
}
