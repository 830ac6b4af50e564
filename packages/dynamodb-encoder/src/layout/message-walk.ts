import { MAGIC } from './message-tags.ts';

/** A walk over a message that `CanonicalMessage` read: nothing in it need be checked again. */
export class MessageWalk {
  protected bytes: Buffer = MAGIC;
  /** Offset of the next byte. */
  protected at = 0;

  /** Begins at the first attribute of the message that starts there. */
  protected begin(bytes: Buffer, start: number): void {
    this.bytes = bytes;
    this.at = start + MAGIC.length;
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
    this.at = at;
    return at + length;
  }
}
