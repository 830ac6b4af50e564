import { lengthAt } from '../format/length-field.ts';
import type { SortArena } from './sort-arena.ts';
import { RECORD_HEADER, sharedEnd } from './sort-record.ts';

/**
 * Rows in key order, one at a time. The offsets point into `bytes` and are valid until the next call of `next`. The header
 * of the record stands right before the key, the payload right after it.
 */
export interface SortedRows {
  next(): boolean;
  readonly bytes: Buffer;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly payloadStart: number;
  readonly payloadEnd: number;
  /** Whether the row before has the same key. */
  isRepeated(): boolean;
  /** Gives files and memory back; no `next` after it. */
  close(): void;
}

/** Rows that stand somewhere, not the result of a merge. */
export interface SortedRun extends SortedRows {
  /** Bytes at the start of the key that the row before has too; 0 for the first row. */
  shared(): number;
}

const NOTHING = Buffer.alloc(0);
/** Length of the key before the first one. */
export const NO_ROW = -1;

/** The sorted records of an arena that is still in memory. */
export class MemoryRun implements SortedRun {
  readonly #arena: SortArena;
  #at = 0;
  #previousKey = 0;
  #previousLength = NO_ROW;
  bytes: Buffer;
  keyStart = 0;
  keyEnd = NO_ROW;
  payloadStart = 0;
  payloadEnd = 0;

  constructor(arena: SortArena) {
    this.#arena = arena;
    // The block of an arena that nothing was put into is never taken.
    this.bytes = arena.count === 0 ? NOTHING : arena.bytes;
  }

  next(): boolean {
    if (this.#at === this.#arena.count) return false;
    this.#previousKey = this.keyStart;
    this.#previousLength = this.keyEnd - this.keyStart;
    const record = this.#arena.offsets[this.#at++]!;
    this.keyStart = record + RECORD_HEADER;
    this.keyEnd = this.payloadStart = this.keyStart + lengthAt(this.bytes, record);
    this.payloadEnd = this.payloadStart + lengthAt(this.bytes, record + 4);
    return true;
  }

  isRepeated(): boolean {
    return isRepeated(this.#previousLength, this);
  }

  shared(): number {
    return sharedLength(this.bytes, this.#previousKey, this.#previousLength, this);
  }

  close(): void {
    this.#arena.release();
    this.bytes = NOTHING;
  }
}

/** What the current key of `rows` shares with the key `bytes[start, start + length)`. */
export function sharedLength(bytes: Buffer, start: number, length: number, rows: SortedRows): number {
  const { keyStart, keyEnd } = rows;
  return sharedEnd(bytes, start, rows.bytes, keyStart, 0, Math.min(length, keyEnd - keyStart));
}

/** @param previousLength of the key before the current one of `run`. */
export function isRepeated(previousLength: number, run: SortedRun): boolean {
  const length = run.keyEnd - run.keyStart;
  return previousLength === length && run.shared() === length;
}
