const EMPTY = -1;
const FIRST_SLOTS = 1 << 6;

/** Offsets in a file, 16 to 32 bytes of memory for each; a `Set` of large numbers takes several times that. */
export class OffsetSet {
  #slots = new Float64Array(FIRST_SLOTS).fill(EMPTY);
  #size = 0;

  has(offset: number): boolean {
    return this.#slots[this.#slotOf(offset)] === offset;
  }

  /** False when it was there already. */
  add(offset: number): boolean {
    const slot = this.#slotOf(offset);
    if (this.#slots[slot] === offset) return false;
    this.#slots[slot] = offset;
    if (++this.#size * 2 > this.#slots.length) this.#widen();
    return true;
  }

  clear(): void {
    this.#slots = new Float64Array(FIRST_SLOTS).fill(EMPTY);
    this.#size = 0;
  }

  /** Where the offset is, or would be. */
  #slotOf(offset: number): number {
    const mask = this.#slots.length - 1;
    let slot = Math.imul((offset % 4_294_967_291) | 0, 0x9e3779b1) >>> 0;
    slot = (slot ^ (slot >>> 15)) & mask;
    while (this.#slots[slot] !== EMPTY && this.#slots[slot] !== offset) slot = (slot + 1) & mask;
    return slot;
  }

  #widen(): void {
    const old = this.#slots;
    this.#slots = new Float64Array(old.length * 2).fill(EMPTY);
    for (const offset of old) if (offset !== EMPTY) this.#slots[this.#slotOf(offset)] = offset;
  }
}
