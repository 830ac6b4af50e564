import type { RowCursor } from '@ekv/snapshot';
import { rowBeginsWith } from './key-order.ts';
import type { PositionedRows } from './keyed-rows.ts';

/** A row that was passed and waits until no longer key can extend its own. */
class HeldRow {
  bytes: Buffer = Buffer.alloc(64);
  readonly keyStart: number;
  keyEnd = 0;
  valueEnd = 0;
  offset = 0;

  constructor(familyLength: number) {
    this.keyStart = familyLength;
  }

  hold(rows: RowCursor, valueBytes: number): void {
    const keyLength = rows.keyEnd - rows.keyStart;
    const valueLength = Math.min(valueBytes, rows.valueEnd - rows.valueStart);
    if (keyLength + valueLength > this.bytes.length) this.bytes = Buffer.alloc((keyLength + valueLength) * 2);
    rows.bytes.copy(this.bytes, 0, rows.keyStart, rows.keyEnd);
    rows.bytes.copy(this.bytes, keyLength, rows.valueStart, rows.valueStart + valueLength);
    this.keyEnd = keyLength;
    this.valueEnd = keyLength + valueLength;
    this.offset = rows.offset;
  }
}

/**
 * Rows `prefix, key` with one row per key, brought from the order of the file into one that does not depend on
 * timestamps: by bytes, a key after all keys it is a prefix of.
 *
 * In the file a key stands among the keys that extend it at a position that its commit timestamp decides, so two families
 * need not have the same order. Only keys that are prefixes of the row at hand, timestamp included, wait here.
 */
export class PrefixLastRows implements PositionedRows {
  readonly #rows: RowCursor;
  readonly #familyLength: number;
  readonly #valueBytes: number;
  readonly #accepts: (row: RowCursor) => boolean;
  /** Kept for reuse; the first `#depth` of them are held, by length of key, the longest last. */
  readonly #held: HeldRow[] = [];
  #depth = 0;
  #ahead: boolean;
  #current: HeldRow;
  present = false;
  readonly keyStart: number;
  readonly rowStart = 0;

  /**
   * @param valueBytes how much of each value is kept; a longer value is cut.
   * @param accepts which rows of the family are wanted; all when not given.
   */
  constructor(rows: RowCursor, prefix: string, valueBytes: number, accepts: (row: RowCursor) => boolean = () => true) {
    this.#rows = rows;
    this.#familyLength = this.keyStart = prefix.length;
    this.#current = new HeldRow(prefix.length);
    this.#valueBytes = valueBytes;
    this.#accepts = accepts;
    this.#ahead = this.#readAhead();
    this.advance();
  }

  get bytes(): Buffer {
    return this.#current.bytes;
  }

  get offset(): number {
    return this.#current.offset;
  }

  get keyEnd(): number {
    return this.#current.keyEnd;
  }

  get rowEnd(): number {
    return this.#current.keyEnd;
  }

  get restStart(): number {
    return this.#current.keyEnd;
  }

  get restEnd(): number {
    return this.#current.keyEnd;
  }

  get valueStart(): number {
    return this.#current.keyEnd;
  }

  get valueEnd(): number {
    return this.#current.valueEnd;
  }

  advance(): void {
    for (;;) {
      if (this.#depth > 0 && !this.#extends(this.#held[this.#depth - 1]!)) {
        this.#current = this.#held[--this.#depth]!;
        this.present = true;
        return;
      }
      if (!this.#ahead) {
        this.present = false;
        return;
      }
      this.#hold();
      this.#ahead = this.#readAhead();
    }
  }

  #readAhead(): boolean {
    while (this.#rows.next()) {
      if (this.#accepts(this.#rows)) return true;
    }
    return false;
  }

  /** Whether rows whose key extends the held one can still come. */
  #extends(held: HeldRow): boolean {
    return this.#ahead && rowBeginsWith(this.#rows, this.#familyLength, held);
  }

  /** All held rows are prefixes of the row ahead, timestamp included, so their lengths differ. */
  #hold(): void {
    const row = this.#held[this.#depth] ?? new HeldRow(this.#familyLength);
    row.hold(this.#rows, this.#valueBytes);
    let at = this.#depth++;
    for (; at > 0 && this.#held[at - 1]!.keyEnd > row.keyEnd; at--) this.#held[at] = this.#held[at - 1]!;
    this.#held[at] = row;
  }
}
