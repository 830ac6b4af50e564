import { BLOCK_BYTES, type NewHeader, writeHeader } from './tar-header.ts';

const SIZE_END = 135;
const SIZE_DIGITS = 11;
const CHECKSUM_AT = 148;
const CHECKSUM_DIGITS = 6;
const PREFIX_AT = 345;
const DIGIT_0 = 0x30;

/** Headers that differ in path and size, made one after the other in one block: the same bytes as `writeHeader` gives of them. */
export class HeaderBlock {
  readonly #block: Buffer;
  /** Of the bytes of the block without path, size and checksum. */
  readonly #sum: number;
  readonly #name: TextField;
  readonly #prefix: TextField;

  constructor(shared: Pick<NewHeader, 'mode' | 'mtime' | 'type'>) {
    this.#block = writeHeader({ ...shared, name: '', prefix: '', size: 0 });
    let sum = 0;
    for (let i = 0; i < BLOCK_BYTES; i++) sum += this.#block[i]!;
    // Blanks stand for the checksum when it is taken.
    for (let i = 0; i < 8; i++) sum += 0x20 - this.#block[CHECKSUM_AT + i]!;
    this.#sum = sum;
    this.#name = new TextField(this.#block, 0);
    this.#prefix = new TextField(this.#block, PREFIX_AT);
  }

  /**
   * @param slash where the path is divided into prefix and name; -1 when it is all name. Both fit.
   * @param size at most `MOST_OCTAL`.
   * @returns the block, valid until the next call; `undefined` when the path is not in printable ASCII.
   */
  of(path: string, slash: number, size: number): Buffer | undefined {
    const name = this.#name.put(path, slash + 1, path.length);
    const prefix = this.#prefix.put(path, 0, Math.max(0, slash));
    if (name === -1 || prefix === -1) return undefined;
    const digits = octal(this.#block, SIZE_END, SIZE_DIGITS, size) - SIZE_DIGITS * DIGIT_0;
    octal(this.#block, CHECKSUM_AT + CHECKSUM_DIGITS, CHECKSUM_DIGITS, this.#sum + name + prefix + digits);
    return this.#block;
  }
}

/** Texts one after the other at a place of zeros. */
class TextField {
  readonly #block: Buffer;
  readonly #at: number;
  #length = 0;

  constructor(block: Buffer, at: number) {
    this.#block = block;
    this.#at = at;
  }

  /** @returns the sum of the bytes; -1 when one is not printable ASCII. */
  put(text: string, start: number, end: number): number {
    const block = this.#block;
    let at = this.#at;
    let sum = 0;
    for (let i = start; i < end; i++) {
      const byte = text.charCodeAt(i);
      if (byte < 0x20 || byte > 0x7e) return this.#cut(at);
      block[at++] = byte;
      sum += byte;
    }
    this.#cut(at);
    return sum;
  }

  /** What is left of a longer text before. */
  #cut(at: number): -1 {
    const length = at - this.#at;
    for (let i = length; i < this.#length; i++) this.#block[this.#at + i] = 0;
    this.#length = length;
    return -1;
  }
}

/** Writes a number into the digits before `end`. @returns their sum. */
function octal(block: Buffer, end: number, digits: number, value: number): number {
  let sum = 0;
  let left = value;
  for (let at = end - 1; at >= end - digits; at--) {
    const digit = DIGIT_0 + (left % 8);
    block[at] = digit;
    sum += digit;
    left = Math.floor(left / 8);
  }
  return sum;
}
