import { TIMESTAMP_BYTES } from '../format/constants.ts';

/** A stored key with the version after it, as a snapshot has it. docs/format/01-snapshot.md, section 3. */
export function encodedKey(storedKey: Uint8Array, timestamp: bigint): Buffer {
  const key = Buffer.allocUnsafe(storedKey.length + TIMESTAMP_BYTES);
  key.set(storedKey);
  key.writeBigUInt64BE(BigInt.asUintN(64, ~timestamp), storedKey.length);
  return key;
}

/** The version of an encoded key that ends at `end`. */
export function versionBefore(bytes: Buffer, end: number): bigint {
  return BigInt.asUintN(64, ~bytes.readBigUInt64BE(end - TIMESTAMP_BYTES));
}
