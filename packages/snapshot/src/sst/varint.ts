import { TableError } from './table-error.ts';

/** More would be above 2^49, and no length or place is. */
const MOST_BYTES = 7;

/** Reads varints one after the other; each is a length or a place, so that a `number` holds it. */
export class Varints {
  #bytes: Uint8Array = new Uint8Array();
  #end = 0;
  /** Index of the next byte. */
  at = 0;

  begin(bytes: Uint8Array, start: number, end: number): void {
    this.#bytes = bytes;
    this.at = start;
    this.#end = end;
  }

  /** Throws TableError when it does not end in time. */
  next(): number {
    const first = this.at < this.#end ? this.#bytes[this.at]! : 0x80;
    if (first < 0x80) {
      this.at++;
      return first;
    }
    return this.#nextLong();
  }

  #nextLong(): number {
    let value = 0;
    const end = Math.min(this.#end, this.at + MOST_BYTES);
    for (let scale = 1; this.at < end; scale *= 0x80) {
      const byte = this.#bytes[this.at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new TableError('a number in it does not end');
  }
}
