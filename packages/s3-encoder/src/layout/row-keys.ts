/** A row key `prefix, segments and numbers, one behind the other`. docs/format/05-s3.md, section 1.2. */
export function rowKey(prefix: string, ...parts: readonly Uint8Array[]): Buffer {
  let length = prefix.length;
  for (const part of parts) length += part.length;
  const key = Buffer.allocUnsafe(length);
  key.write(prefix, 0, 'latin1');
  let at = prefix.length;
  for (const part of parts) {
    key.set(part, at);
    at += part.length;
  }
  return key;
}

/** 8 bytes, big-endian. */
export function u64(value: bigint): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}
