const SLASH = 0x2f;

/**
 * Tells when an object is also the folder of a later one, while keys pass in ascending order. A key can only be a folder of
 * keys that begin with it, and such keys follow it without others between, so the lengths of the passed keys that the
 * last one begins with are all that is kept.
 */
export class PrefixKeys {
  #previous = Buffer.alloc(1 << 10);
  #previousLength = 0;
  /** Lengths, ascending, of keys that the previous key begins with. */
  readonly #lengths: number[] = [];

  clear(): void {
    this.#previousLength = 0;
    this.#lengths.length = 0;
  }

  /** Takes the key `bytes[start, end)`; true when a passed key is a folder of it. */
  isBelowKey(bytes: Buffer, start: number, end: number): boolean {
    const length = end - start;
    const shared = this.#shared(bytes, start, length);
    const lengths = this.#lengths;
    while (lengths.length > 0 && lengths[lengths.length - 1]! > shared) lengths.pop();
    let isBelow = false;
    for (let i = 0; i < lengths.length && !isBelow; i++) isBelow = bytes[start + lengths[i]!] === SLASH;
    this.#remember(bytes, start, length, shared);
    lengths.push(length);
    return isBelow;
  }

  #shared(bytes: Buffer, start: number, length: number): number {
    const limit = Math.min(length, this.#previousLength);
    let shared = 0;
    while (shared < limit && this.#previous[shared] === bytes[start + shared]) shared++;
    return shared;
  }

  #remember(bytes: Buffer, start: number, length: number, shared: number): void {
    if (length > this.#previous.length) {
      const wider = Buffer.alloc(length * 2);
      this.#previous.copy(wider, 0, 0, shared);
      this.#previous = wider;
    }
    bytes.copy(this.#previous, shared, start + shared, start + length);
    this.#previousLength = length;
  }
}
