/** Up to here a loop is faster than a call into the runtime. */
const SHORT = 64;

/** A copy of bytes, in one buffer again and again. */
export class KeptBytes {
  #bytes = Buffer.alloc(1 << 8);
  view: Buffer = this.#bytes.subarray(0, 0);

  keep(bytes: Buffer, start: number, end: number): void {
    const length = end - start;
    if (length > this.#bytes.length) this.#bytes = Buffer.alloc(length * 2);
    if (length <= SHORT) for (let i = 0; i < length; i++) this.#bytes[i] = bytes[start + i]!;
    else bytes.copy(this.#bytes, 0, start, end);
    if (length !== this.view.length || this.view.buffer !== this.#bytes.buffer)
      this.view = this.#bytes.subarray(0, length);
  }
}
