import { createHash } from 'node:crypto';

/** A value that is compared and shown. */
export type Value =
  /** Bytes that somebody stored. */
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** A number, a time, a value with a type of its own: JSON text, in one spelling. */
  | { readonly kind: 'json'; readonly json: string }
  /** Of a large value what tells it from others. */
  | { readonly kind: 'digest'; readonly size: number; readonly sha256: string };

/** Values above this size, in bytes, are compared and shown by their size and their SHA-256. */
const LARGE_VALUE_BYTES = 1 << 14;

const [BYTES, JSON_TEXT, DIGEST] = [0, 1, 2];
const SIZE_BYTES = 8;

/** A value as it goes through a sort: equal values have equal bytes. */
export function packedBytes(value: Uint8Array): Buffer {
  if (value.length > LARGE_VALUE_BYTES) return packedDigest(value.length, createHash('sha256').update(value).digest());
  const packed = Buffer.allocUnsafe(1 + value.length);
  packed[0] = BYTES;
  packed.set(value, 1);
  return packed;
}

/** As {@link packedBytes}, of JSON text in one spelling. */
export function packedJson(json: string): Buffer {
  const length = Buffer.byteLength(json);
  if (length > LARGE_VALUE_BYTES) return packedDigest(length, createHash('sha256').update(json).digest());
  const packed = Buffer.allocUnsafe(1 + length);
  packed[0] = JSON_TEXT;
  packed.write(json, 1);
  return packed;
}

/** As {@link packedBytes}, of a value that is known by its digest alone. */
export function packedDigest(size: number, sha256: Uint8Array): Buffer {
  const packed = Buffer.allocUnsafe(1 + SIZE_BYTES + sha256.length);
  packed[0] = DIGEST;
  packed.writeBigUInt64BE(BigInt(size), 1);
  packed.set(sha256, 1 + SIZE_BYTES);
  return packed;
}

/** Of packed bytes, of which a copy is made. */
export function unpacked(packed: Buffer): Value {
  const rest = packed.subarray(1);
  if (packed[0] === BYTES) return { kind: 'bytes', bytes: Buffer.from(rest) };
  if (packed[0] === JSON_TEXT) return { kind: 'json', json: rest.toString() };
  return { kind: 'digest', size: Number(rest.readBigUInt64BE()), sha256: rest.toString('hex', SIZE_BYTES) };
}
