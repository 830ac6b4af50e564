/** Up to here a loop is faster than a call into the runtime. */
const SHORT = 64;

/** A copy of bytes that somebody else overwrites, in one buffer that is used again for the next copy. */
export class ReusedCopy {
  #room = Buffer.allocUnsafe(1 << 8);
  /** What was copied last; its bytes change with the next copy. */
  bytes: Buffer = this.#room.subarray(0, 0);

  copy(from: Buffer, start: number, end: number): void {
    const length = end - start;
    if (length > this.#room.length) {
      this.#room = Buffer.allocUnsafe(length * 2);
      this.bytes = this.#room.subarray(0, 0);
    }
    if (length <= SHORT) for (let i = 0; i < length; i++) this.#room[i] = from[start + i]!;
    else from.copy(this.#room, 0, start, end);
    if (length !== this.bytes.length) this.bytes = this.#room.subarray(0, length);
  }
}
