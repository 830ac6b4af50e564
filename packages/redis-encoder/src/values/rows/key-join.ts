import type { KeyOrder, KeyRange } from './key-order.ts';
import type { KeyedRows } from './keyed-rows.ts';

/**
 * Walks side by side over row sources that are in one order of Redis keys, key by key. A key exists when one of the
 * sources given to the constructor has it; others may be looked at on the way with {@link skipTo}.
 */
export class KeyJoin implements KeyRange {
  readonly #order: KeyOrder;
  readonly #sources: readonly KeyedRows[];
  /** The current key, a copy: sources may move on. */
  bytes: Buffer = Buffer.alloc(1 << 10);
  readonly keyStart = 0;
  keyEnd = 0;

  constructor(order: KeyOrder, sources: readonly KeyedRows[]) {
    this.#order = order;
    this.#sources = sources;
  }

  /**
   * Goes to the smallest key at hand. The caller must have moved all sources past the key before, which
   * {@link holds} and `advance` do.
   */
  next(): boolean {
    let smallest: KeyedRows | undefined;
    for (const source of this.#sources) {
      if (source.present && (smallest === undefined || this.#order(source, smallest) < 0)) smallest = source;
    }
    if (smallest === undefined) return false;
    const length = smallest.keyEnd - smallest.keyStart;
    if (length > this.bytes.length) this.bytes = Buffer.alloc(length * 2);
    smallest.bytes.copy(this.bytes, 0, smallest.keyStart, smallest.keyEnd);
    this.keyEnd = length;
    return true;
  }

  /** Whether the source's row at hand belongs to the current key. */
  holds(source: KeyedRows): boolean {
    if (!source.present) return false;
    const start = source.keyStart;
    const length = source.keyEnd - start;
    if (length !== this.keyEnd) return false;
    const { bytes } = source;
    // Neighbouring keys differ at their end.
    for (let i = length - 1; i >= 0; i--) {
      if (bytes[start + i] !== this.bytes[i]) return false;
    }
    return true;
  }

  /** Moves a source to the current key; false when it has no row of this key. */
  skipTo(source: KeyedRows): boolean {
    while (source.present && this.#order(source, this) < 0) source.advance();
    return this.holds(source);
  }
}
