import { type RowPosition, rowError } from '@ekv/adapter';
import type { RowCursor } from '@ekv/snapshot';
import { countChangeKeyEnd, lengthKeyEnd } from '../../layout/row-keys.ts';
import type { KeyRange } from './key-order.ts';

/**
 * Rows that belong to Redis keys, in some order of these keys, with one row at hand. Indexes point into
 * `bytes` and are valid until the next `advance`.
 */
export interface KeyedRows extends KeyRange {
  /** Whether a row is at hand. */
  readonly present: boolean;
  /** What stands after the Redis key in the row's key: a field, a member, an id. */
  readonly restStart: number;
  readonly restEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  /** Goes to the next row. */
  advance(): void;
}

/** {@link KeyedRows} that know the position of each row in the snapshot, so that an error can name it. */
export interface PositionedRows extends KeyedRows, RowPosition {}

/**
 * Rows `prefix, u32 length, key, rest`: in order of (length, key). The first row is not at hand yet. Throws DataError when a
 * length runs past the key; `advance` then goes on to the next row.
 */
export class LengthPrefixedWalk implements PositionedRows {
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
    const keyEnd = lengthKeyEnd(rows.bytes, lengthAt, rows.keyEnd);
    if (keyEnd === -1) throw rowError(rows, `a ${this.#prefix} row must hold a 4-byte length and a key of that length`);
    this.keyStart = lengthAt + 4;
    this.keyEnd = this.restStart = keyEnd;
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
      const keyEnd = countChangeKeyEnd(rows.bytes, lengthAt, rows.keyEnd);
      if (keyEnd === -1 || rows.valueEnd - rows.valueStart !== 8) continue;
      this.present = true;
      this.keyStart = lengthAt + 4;
      this.keyEnd = keyEnd;
      return;
    }
    this.present = false;
  }
}
