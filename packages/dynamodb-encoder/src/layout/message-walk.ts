import { MAGIC } from './message-tags.ts';

/**
 * A walk over a message that `CanonicalMessage` read: nothing in it need be checked again. Where its bytes were overwritten since, what
 * comes of them means nothing, but the walk stays inside and comes to its end.
 */
export class MessageWalk {
  protected bytes: Buffer = MAGIC;
  /** Offset of the next byte. */
  protected at = 0;
  #end = 0;

  /** Begins at the first attribute of the message `bytes[start, end)`. */
  protected begin(bytes: Buffer, start: number, end: number): void {
    this.bytes = bytes;
    this.#end = end;
    this.at = Math.min(start + MAGIC.length, end);
  }

  /** Takes the tag and the length of a field of bytes, and gives where it ends. */
  protected fieldEnd(): number {
    const { bytes } = this;
    let at = this.at + 1;
    let length = 0;
    let byte = 0x80;
    for (let scale = 1; byte >= 0x80; scale *= 0x80) {
      byte = bytes[at++]!;
      length += (byte & 0x7f) * scale;
    }
    const end = this.#end;
    this.at = Math.min(at, end);
    return Math.min(at + length, end);
  }
}
