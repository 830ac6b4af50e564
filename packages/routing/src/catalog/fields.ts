/** One byte. */
export function flag(value: number): Buffer {
  return Buffer.from([value]);
}

/** 64 bits unsigned, big-endian. */
export function u64(value: bigint | number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
