/** A row key `prefix, key`. docs/format/03-redis.md, section 2. */
export function rowKey(prefix: string, key: Uint8Array, spare = 0): Buffer {
  const bytes = Buffer.allocUnsafe(prefix.length + key.length + spare);
  bytes.write(prefix, 0, 'latin1');
  bytes.set(key, prefix.length);
  return bytes;
}

/** A row key `prefix, u32 length, key`: what the rows of one collection begin with. Section 2. */
export function lengthRowKey(prefix: string, key: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(prefix.length + 4 + key.length);
  bytes.write(prefix, 0, 'latin1');
  bytes.writeUInt32BE(key.length, prefix.length);
  bytes.set(key, prefix.length + 4);
  return bytes;
}

/** A row key that goes on behind what its collection's rows begin with. */
export function extendedKey(head: Uint8Array, rest: Uint8Array, spare = 0): Buffer {
  const bytes = Buffer.allocUnsafe(head.length + spare + rest.length);
  bytes.set(head);
  bytes.set(rest, head.length + spare);
  return bytes;
}

/** 64-bit unsigned numbers one behind the other, big-endian. Throws RangeError for others. */
export function u64s(...values: readonly bigint[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.length * 8);
  for (let i = 0; i < values.length; i++) bytes.writeBigUInt64BE(values[i]!, i * 8);
  return bytes;
}
