const NOTHING = Buffer.alloc(0);

/** Where the value of a row stands that waits. */
export interface WaitingValue {
  readonly offset: number;
  readonly length: number;
}

/**
 * Rows of one side that wait for their key to come on the other side. Each key is the beginning of all longer ones, so that the longest
 * is held and of the others the lengths.
 */
export class WaitingRows {
  #longest: Buffer = NOTHING;
  /** Ascending, with their values. */
  readonly #lengths: number[] = [];
  readonly #values: WaitingValue[] = [];

  get isEmpty(): boolean {
    return this.#lengths.length === 0;
  }

  add(bytes: Buffer, start: number, end: number, value: WaitingValue): void {
    const length = end - start;
    let at = this.#lengths.length;
    while (at > 0 && this.#lengths[at - 1]! > length) at--;
    if (at === this.#lengths.length) this.#longest = Buffer.from(bytes.subarray(start, end));
    this.#lengths.splice(at, 0, length);
    this.#values.splice(at, 0, value);
  }

  /** The value under this key, which does not wait any more; `undefined`: it did not. */
  take(bytes: Buffer, start: number, end: number): WaitingValue | undefined {
    const length = end - start;
    const at = this.#lengths.indexOf(length);
    if (at === -1 || this.#longest.compare(bytes, start, end, 0, length) !== 0) return undefined;
    this.#lengths.splice(at, 1);
    return this.#values.splice(at, 1)[0];
  }

  /** Gives the keys that can come no more where the other side is at this key, and lets go of them. */
  passed(bytes: Buffer, start: number, end: number, give: (key: Buffer) => void): void {
    const limit = Math.min(this.#longest.length, end - start);
    let shared = 0;
    while (shared < limit && this.#longest[shared] === bytes[start + shared]) shared++;
    // A key that begins with the other one, or that the other one begins with, may come yet.
    if (shared < end - start) this.#drop(shared, give);
  }

  /** As {@link passed}, where the other side is at its end. */
  finish(give: (key: Buffer) => void): void {
    this.#drop(-1, give);
  }

  /** Gives those that are longer. */
  #drop(length: number, give: (key: Buffer) => void): void {
    const lengths = this.#lengths;
    while (lengths.length > 0 && lengths.at(-1)! > length) {
      give(this.#longest.subarray(0, lengths.pop()!));
      this.#values.pop();
    }
  }
}
