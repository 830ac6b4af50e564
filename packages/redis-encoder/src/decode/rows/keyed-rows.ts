import type { RowCursor, SortedRows } from '@ekv/snapshot';
import { type RowPlace, rowError } from '../row-error.ts';

/**
 * Rows that belong to Redis keys, in some order of these keys, with the current row in hand. Indexes point into
 * `bytes` and are valid until the next `advance`.
 */
export interface KeyedRows {
  /** False when there is no row (left). */
  readonly present: boolean;
  readonly bytes: Buffer;
  readonly keyStart: number;
  readonly keyEnd: number;
  /** What stands behind the Redis key in the row's key: a field, a member, an id. */
  readonly restStart: number;
  readonly restEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  /** Goes to the next row. */
  advance(): void;
}

/** {@link KeyedRows} that know where in the snapshot each row stands, so that an error can name it. */
export interface PlacedRows extends KeyedRows, RowPlace {}

/**
 * Rows `prefix, u32 length, key, rest`: in order of (length, key). The first row is not in hand yet. Throws DataError when a
 * length runs past the key; `advance` then goes on to the next row.
 */
export class LengthPrefixedWalk implements PlacedRows {
  readonly #rows: RowCursor;
  readonly #prefix: string;
  present = true;
  keyStart = 0;
  keyEnd = 0;
  restStart = 0;

  constructor(rows: RowCursor, prefix: string) {
    this.#rows = rows;
    this.#prefix = prefix;
  }

  get bytes(): Buffer {
    return this.#rows.bytes;
  }

  get offset(): number {
    return this.#rows.offset;
  }

  get rowStart(): number {
    return this.#rows.keyStart;
  }

  get rowEnd(): number {
    return this.#rows.keyEnd;
  }

  get restEnd(): number {
    return this.#rows.keyEnd;
  }

  get valueStart(): number {
    return this.#rows.valueStart;
  }

  get valueEnd(): number {
    return this.#rows.valueEnd;
  }

  advance(): void {
    const rows = this.#rows;
    this.present = rows.next();
    if (!this.present) return;
    const lengthAt = rows.keyStart + this.#prefix.length;
    if (rows.keyEnd - lengthAt < 4) throw this.#cut();
    const length = rows.bytes.readUInt32BE(lengthAt);
    if (length > rows.keyEnd - lengthAt - 4) throw this.#cut();
    this.keyStart = lengthAt + 4;
    this.keyEnd = this.restStart = this.keyStart + length;
  }

  #cut(): Error {
    return rowError(this, `a ${this.#prefix} row must hold a 4-byte length and a key of that length`);
  }
}

/** {@link LengthPrefixedWalk} that stands on the first row. */
export class LengthPrefixedRows extends LengthPrefixedWalk {
  constructor(rows: RowCursor, prefix: string) {
    super(rows, prefix);
    this.advance();
  }
}

/**
 * Count changes `prefix, u32 length, key, u64 commit timestamp, u32 serial`, value 8 bytes; rows of another form are
 * passed over (docs/format/03-redis.md, section 2).
 */
export class CountChangeRows implements KeyedRows {
  readonly #rows: RowCursor;
  readonly #prefix: string;
  present = false;
  keyStart = 0;
  keyEnd = 0;

  constructor(rows: RowCursor, prefix: string) {
    this.#rows = rows;
    this.#prefix = prefix;
    this.advance();
  }

  get bytes(): Buffer {
    return this.#rows.bytes;
  }

  get restStart(): number {
    return this.keyEnd;
  }

  get restEnd(): number {
    return this.#rows.keyEnd;
  }

  get valueStart(): number {
    return this.#rows.valueStart;
  }

  get valueEnd(): number {
    return this.#rows.valueEnd;
  }

  advance(): void {
    const rows = this.#rows;
    while (rows.next()) {
      const lengthAt = rows.keyStart + this.#prefix.length;
      const key = countChangeKey(rows.bytes, lengthAt, rows.keyEnd);
      if (key === -1 || rows.valueEnd - rows.valueStart !== 8) continue;
      this.present = true;
      this.keyStart = lengthAt + 4;
      this.keyEnd = this.keyStart + key;
      return;
    }
    this.present = false;
  }
}

/** Length of the Redis key in `u32 length, key, u64, u32` that fills `bytes[start, end)` exactly, or -1. */
export function countChangeKey(bytes: Buffer, start: number, end: number): number {
  if (end - start < 16) return -1;
  const length = bytes.readUInt32BE(start);
  return length === end - start - 16 ? length : -1;
}

/** Rows `key` to `value` out of a sort, the Redis key behind `keyOffset` bytes of the sort key. */
export class SortedKeyRows implements KeyedRows {
  readonly #rows: SortedRows | undefined;
  readonly #keyOffset: number;
  present = false;

  /** @param rows `undefined` stands for no rows at all. */
  constructor(rows: SortedRows | undefined, keyOffset: number) {
    this.#rows = rows;
    this.#keyOffset = keyOffset;
    this.advance();
  }

  get bytes(): Buffer {
    return this.#rows!.bytes;
  }

  get keyStart(): number {
    return this.#rows!.keyStart + this.#keyOffset;
  }

  get keyEnd(): number {
    return this.#rows!.keyEnd;
  }

  get restStart(): number {
    return this.keyEnd;
  }

  get restEnd(): number {
    return this.keyEnd;
  }

  get valueStart(): number {
    return this.#rows!.payloadStart;
  }

  get valueEnd(): number {
    return this.#rows!.payloadEnd;
  }

  advance(): void {
    this.present = this.#rows?.next() ?? false;
    if (!this.present) this.#rows?.close();
  }
}

/** Rows out of a sort by `prefixLastSortKey`, each with a payload of 8 bytes, the value, and the Redis key. */
export class NumberedKeyRows implements KeyedRows {
  readonly #rows: SortedRows | undefined;
  present = false;

  /** @param rows `undefined` stands for no rows at all. */
  constructor(rows: SortedRows | undefined) {
    this.#rows = rows;
    this.advance();
  }

  get bytes(): Buffer {
    return this.#rows!.bytes;
  }

  get keyStart(): number {
    return this.#rows!.payloadStart + 8;
  }

  get keyEnd(): number {
    return this.#rows!.payloadEnd;
  }

  get restStart(): number {
    return this.keyEnd;
  }

  get restEnd(): number {
    return this.keyEnd;
  }

  get valueStart(): number {
    return this.#rows!.payloadStart;
  }

  get valueEnd(): number {
    return this.#rows!.payloadStart + 8;
  }

  advance(): void {
    this.present = this.#rows?.next() ?? false;
    if (!this.present) this.#rows?.close();
  }
}
