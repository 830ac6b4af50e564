import type { ByteRange } from '@ekv/dump-tree';

const NOTHING = Buffer.alloc(0);
/** Up to here a loop is faster than a call into the runtime. */
const SHORT = 40;

/** A part of a buffer, such as the UTF-8 bytes of a text; kept without an object for each message. */
export class Text implements ByteRange {
  bytes: Buffer = NOTHING;
  start = 0;
  end = 0;

  get length(): number {
    return this.end - this.start;
  }

  clear(): void {
    this.bytes = NOTHING;
    this.start = this.end = 0;
  }

  set(bytes: Buffer): void {
    this.bytes = bytes;
    this.start = 0;
    this.end = bytes.length;
  }

  /** @param ascii what the text is compared with. */
  equals(ascii: string): boolean {
    const { bytes, start, length } = this;
    if (length !== ascii.length) return false;
    for (let i = 0; i < length; i++) if (bytes[start + i] !== ascii.charCodeAt(i)) return false;
    return true;
  }

  copyTo(into: Buffer, at: number): void {
    const { bytes, start, end } = this;
    if (end - start > SHORT) bytes.copy(into, at, start, end);
    else for (let i = start, to = at; i < end; i++, to++) into[to] = bytes[i]!;
  }

  view(): Buffer {
    return this.bytes.subarray(this.start, this.end);
  }

  toString(encoding: BufferEncoding = 'utf8'): string {
    return this.bytes.toString(encoding, this.start, this.end);
  }
}
