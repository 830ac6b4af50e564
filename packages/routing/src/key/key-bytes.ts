/** A key prefix as bytes. */
export function prefixBytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/** Whether the key `bytes[start, end)` begins with a prefix. */
export function beginsWith(bytes: Uint8Array, start: number, end: number, prefix: Uint8Array): boolean {
  const length = prefix.length;
  if (end - start < length) return false;
  // Prefixes of one family share their beginning; from the end they differ sooner.
  for (let i = length - 1; i >= 0; i--) {
    if (bytes[start + i] !== prefix[i]) return false;
  }
  return true;
}

/** Index of the first bar in `bytes[start, end)`, -1 when there is none. */
export function barIn(bytes: Uint8Array, start: number, end: number): number {
  for (let i = start; i < end; i++) {
    if (bytes[i] === BAR) return i;
  }
  return -1;
}

/** The big-endian u32 at an index. */
export function u32At(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

const BAR = 0x7c;
