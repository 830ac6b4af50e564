/** Numbers in a form whose byte order is their numeric order; docs/format/03-redis.md, section 2. */

const SIGN_BIT = 1n << 63n;

/** Writes a list sequence number, i64, in 8 bytes. */
export function writeSortableSequence(bytes: Buffer, at: number, sequence: bigint): void {
  bytes.writeBigUInt64BE(BigInt.asUintN(64, sequence) ^ SIGN_BIT, at);
}

/** Writes a score in 8 bytes; -0 becomes +0. NaN has no place in the order. */
export function writeSortableScore(bytes: Buffer, at: number, score: number): void {
  bytes.writeDoubleBE(score === 0 ? 0 : score, at);
  if (bytes[at]! < 0x80) {
    bytes[at]! ^= 0x80;
    return;
  }
  for (let i = at; i < at + 8; i++) bytes[i]! ^= 0xff;
}
