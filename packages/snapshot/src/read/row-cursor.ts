import type { Salvage } from '../damage/salvage.ts';
import type { EntryReader } from './entry-reader.ts';
import type { KeyFamilies } from './key-families.ts';
import { VersionFilter } from './version-filter.ts';
import { isExpired } from './version-walk.ts';

/** Whether a row is given. Its key and body are `bytes[keyStart, keyEnd)` and `bytes[valueStart, valueEnd)`; where bodies are passed over, only the length of these holds. */
export type TakesRow = (
  bytes: Buffer,
  keyStart: number,
  keyEnd: number,
  valueStart: number,
  valueEnd: number,
) => boolean;

/** In place of a family: the rows that are in none. */
export const NO_FAMILY = -1;

/**
 * The rows of one key family, or of none, that are visible at the snapshot's timestamp, ascending by encoded key. Indexes point
 * into `bytes` and are valid until the next call of `next`.
 */
export class RowCursor {
  readonly #entries: EntryReader;
  readonly #families: KeyFamilies;
  readonly #family: number;
  readonly #lastCommitTs: bigint;
  readonly #filter: VersionFilter;
  readonly #read: Float64Array;
  readonly #salvage: Salvage | undefined;
  readonly #takes: TakesRow | undefined;
  bytes: Buffer;
  /** User key, with the family's prefix. */
  keyStart = 0;
  keyEnd = 0;
  /** Body, without the value header. Of rows without bodies only the length holds: the bytes are not there. */
  valueStart = 0;
  valueEnd = 0;

  /** @param read its one element rises with each row. @param salvage says which rows are left out. @param takes which of the others are given. */
  constructor(
    entries: EntryReader,
    families: KeyFamilies,
    family: number,
    {
      lastCommitTs,
      read,
      salvage,
      takes,
    }: {
      lastCommitTs: bigint;
      read: Float64Array;
      salvage: Salvage | undefined;
      takes?: TakesRow | undefined;
    },
  ) {
    this.#entries = entries;
    this.#filter = new VersionFilter(entries.moving);
    this.#salvage = salvage;
    this.#takes = takes;
    this.#families = families;
    this.#family = family;
    this.#lastCommitTs = lastCommitTs;
    this.#read = read;
    this.bytes = entries.bytes;
  }

  /** File offset of the row's entry, for messages; rises from row to row. */
  get offset(): number {
    return this.#entries.offset;
  }

  /** File offset of the body: where {@link Snapshot.readAt} finds it. */
  get valueOffset(): number {
    return this.#entries.valueOffset;
  }

  next(): boolean {
    const entries = this.#entries;
    while (entries.next()) {
      const { bytes, keyStart, keyEnd } = entries;
      if (this.#filter.pass(bytes, keyStart, keyEnd) !== 'newest') continue;
      if (this.#salvage !== undefined && (entries.isDamaged || this.#salvage.isLeftOut(entries.offset))) continue;
      if (entries.tombstone || isExpired(entries, this.#lastCommitTs)) continue;
      if (!this.#isAsked(bytes, keyStart, keyEnd)) continue;
      if (this.#takes?.(bytes, keyStart, keyEnd, entries.valueStart, entries.valueEnd) === false) continue;
      this.#read[0]!++;
      this.bytes = bytes;
      this.keyStart = keyStart;
      this.keyEnd = keyEnd;
      this.valueStart = entries.valueStart;
      this.valueEnd = entries.valueEnd;
      return true;
    }
    return false;
  }

  #isAsked(bytes: Buffer, keyStart: number, keyEnd: number): boolean {
    if (this.#family === NO_FAMILY) return this.#families.find(bytes, keyStart, keyEnd) === NO_FAMILY;
    return this.#families.isMember(this.#family, bytes, keyStart, keyEnd);
  }
}
