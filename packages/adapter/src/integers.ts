/** Bounds of integers in rows and files. */
export const U32_MAX = 2n ** 32n - 1n;
export const I64_MIN = -(2n ** 63n);
export const I64_MAX = 2n ** 63n - 1n;
export const U64_MAX = 2n ** 64n - 1n;

const SIGN_BIT = 1n << 63n;

const WORD = new DataView(new ArrayBuffer(8));
const WORD_BYTES = new Uint8Array(WORD.buffer);

/** Writes the low 64 bits, big-endian; faster than the method of a Buffer. */
export function writeU64(bytes: Uint8Array, at: number, value: bigint): void {
  WORD.setBigUint64(0, value);
  for (let i = 0; i < 8; i++) bytes[at + i] = WORD_BYTES[i]!;
}

/** As {@link writeU64}, of a safe integer that is not negative. */
export function writeSafeInteger(bytes: Uint8Array, at: number, value: number): void {
  writeU32(bytes, at, Math.floor(value / 2 ** 32));
  writeU32(bytes, at + 4, value);
}

function writeU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** Numbers that come again and again: no object is made for them. */
const SMALL = Array.from({ length: 256 }, (_, value) => BigInt(value));

/** Reads 64 bits, big-endian; faster than the method of a Buffer for the numbers that are many. */
export function readU64(bytes: Buffer, at: number): bigint {
  for (let i = 0; i < 7; i++) if (bytes[at + i] !== 0) return bytes.readBigUInt64BE(at);
  return SMALL[bytes[at + 7]!]!;
}

/** Writes an i64 in 8 bytes whose order is its numeric order. */
export function writeSortable(bytes: Uint8Array, at: number, value: bigint): void {
  writeU64(bytes, at, value);
  bytes[at]! ^= 0x80;
}

/** Reads what {@link writeSortable} wrote. */
export function readSortable(bytes: Buffer, at: number): bigint {
  return BigInt.asIntN(64, bytes.readBigUInt64BE(at) ^ SIGN_BIT);
}
