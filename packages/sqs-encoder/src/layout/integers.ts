/** Bounds of the stored integers. */
export const I64_MIN = -(2n ** 63n);
export const I64_MAX = 2n ** 63n - 1n;
export const U64_MAX = 2n ** 64n - 1n;
export const U32_MAX = 2n ** 32n - 1n;

const SIGN_BIT = 1n << 63n;

/** Writes an i64 in 8 bytes whose order is its numeric order. */
export function writeSortable(bytes: Buffer, at: number, value: bigint): void {
  bytes.writeBigUInt64BE(BigInt.asUintN(64, value) ^ SIGN_BIT, at);
}

export function readSortable(bytes: Buffer, at: number): bigint {
  return BigInt.asIntN(64, bytes.readBigUInt64BE(at) ^ SIGN_BIT);
}
