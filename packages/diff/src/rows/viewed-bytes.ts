/** Bytes that stand somewhere for a while, to be compared with others. */
export class ViewedBytes {
  bytes: Buffer = Buffer.alloc(0);
  #view: DataView = new DataView(new ArrayBuffer(0));

  /** What they stand in now. */
  set(bytes: Buffer): void {
    if (this.bytes === bytes) return;
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Whether `length` bytes from `start` on are those of another one from `otherStart` on. */
  isSame(start: number, other: ViewedBytes, otherStart: number, length: number): boolean {
    if (length > SHORT)
      return this.bytes.compare(other.bytes, otherStart, otherStart + length, start, start + length) === 0;
    const [a, b] = [this.#view, other.#view];
    let at = 0;
    for (const last = length - WORD; at <= last; at += WORD)
      if (a.getInt32(start + at) !== b.getInt32(otherStart + at)) return false;
    for (; at < length; at++) if (this.bytes[start + at] !== other.bytes[otherStart + at]) return false;
    return true;
  }
}

const WORD = 4;
/** Up to here a loop is faster than a call into the runtime. */
const SHORT = 256;
