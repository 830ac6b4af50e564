const FIRST_BYTES = 1 << 13;

/** A bit for each key of a snapshot, by the ordinal that a walk gives it. */
export class KeyBits {
  #bytes: Uint8Array = new Uint8Array(FIRST_BYTES);

  set(ordinal: number): void {
    const at = Math.floor(ordinal / 8);
    if (at >= this.#bytes.length) this.#grow(at);
    this.#bytes[at]! |= 1 << (ordinal % 8);
  }

  has(ordinal: number): boolean {
    return ((this.#bytes[Math.floor(ordinal / 8)] ?? 0) & (1 << (ordinal % 8))) !== 0;
  }

  #grow(at: number): void {
    const wider = new Uint8Array(2 ** Math.ceil(Math.log2(at + 1)));
    wider.set(this.#bytes);
    this.#bytes = wider;
  }
}
