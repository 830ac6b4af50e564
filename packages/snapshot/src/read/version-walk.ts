import type { Salvage } from '../damage/salvage.ts';
import { AHEAD_MS } from '../format/commit-timestamp.ts';
import type { EntryReader } from './entry-reader.ts';
import { BODY_HEAD_BYTES } from './entry-reader.ts';
import type { KeyFamilies } from './key-families.ts';
import { isExpired } from './scan.ts';
import { VersionFilter } from './version-filter.ts';

/** What became of a version, as numbers from 0 on, so that counts of them can stand in an array. */
export const LIVE = 0;
/** A newer version of the key covers it. */
export const COVERED = 1;
/** The newest version of its key is a deletion. */
export const DELETED = 2;
/** The newest version of its key had expired when the snapshot was taken, by its value header. */
export const EXPIRED = 3;
/** The newest version of its key is encrypted. */
export const ENCRYPTED = 4;
/** Of a snapshot that is salvaged: the newest version of its key cannot be used. Only its key holds. */
export const DAMAGED = 5;

export type VersionState =
  | typeof LIVE
  | typeof COVERED
  | typeof DELETED
  | typeof EXPIRED
  | typeof ENCRYPTED
  | typeof DAMAGED;

/** How many there are. */
export const VERSION_STATES = 6;

const HIGH_UNIT = 0x1_0000;
const LEAD = Number(AHEAD_MS);

/**
 * Every version in a snapshot, deletions too, ascending by encoded key, with its family and with what became of it. Nothing is made for
 * each; the fields describe the current version, indexes point into `bytes` and are valid until the next call of `next`.
 */
export class VersionWalk {
  readonly #entries: EntryReader;
  readonly #families: KeyFamilies;
  readonly #filter: VersionFilter;
  readonly #lastCommitTs: bigint;
  readonly #salvage: Salvage | undefined;
  bytes: Buffer;
  /** User key, with the family's prefix. */
  keyStart = 0;
  keyEnd = 0;
  /** Bytes at the start of the encoded key that the version before has too. */
  shared = 0;
  /** Index of the family among those that were named to the check; -1 for none. */
  family = -1;
  state: VersionState = LIVE;
  /** Body, without the value header. */
  valueStart = 0;
  /** Of the whole body. */
  bodyBytes = 0;

  constructor(
    entries: EntryReader,
    families: KeyFamilies,
    { lastCommitTs, salvage }: { readonly lastCommitTs: bigint; readonly salvage: Salvage | undefined },
  ) {
    this.#entries = entries;
    this.#families = families;
    this.#filter = new VersionFilter(entries.moving);
    this.#lastCommitTs = lastCommitTs;
    this.#salvage = salvage;
    this.bytes = entries.bytes;
  }

  /** End of what is in `bytes` of the body: all of it up to 512 bytes, at least. */
  get headEnd(): number {
    return this.valueStart + Math.min(this.bodyBytes, BODY_HEAD_BYTES);
  }

  /** File offset of the entry. */
  get offset(): number {
    return this.#entries.offset;
  }

  /** Commit timestamp. */
  get timestamp(): bigint {
    return this.#entries.timestamp;
  }

  /** {@link wallTimeOf} of the commit timestamp, 0 or more, as a double: exact whatever the timestamp. */
  get committedMs(): number {
    const { bytes, keyEnd } = this;
    const high = ~(
      (bytes[keyEnd]! << 24) |
      (bytes[keyEnd + 1]! << 16) |
      (bytes[keyEnd + 2]! << 8) |
      bytes[keyEnd + 3]!
    );
    const low = ~((bytes[keyEnd + 4]! << 8) | bytes[keyEnd + 5]!) & (HIGH_UNIT - 1);
    return Math.max(0, (high >>> 0) * HIGH_UNIT + low - LEAD);
  }

  /** Expiry of the value header, a commit timestamp; 0 = none. */
  get expiry(): bigint {
    return this.#entries.expiry;
  }

  /** Whether the version itself is a deletion, whatever became of it. */
  get isDeletion(): boolean {
    return this.#entries.tombstone;
  }

  next(): boolean {
    const entries = this.#entries;
    if (!entries.next()) return false;
    const { bytes, keyStart, keyEnd } = entries;
    this.bytes = bytes;
    this.keyStart = keyStart;
    this.keyEnd = keyEnd;
    this.valueStart = entries.valueStart;
    this.bodyBytes = entries.valueEnd - entries.valueStart;
    const version = this.#filter.pass(bytes, keyStart, keyEnd);
    this.shared = this.#filter.shared;
    this.family = this.#families.find(bytes, keyStart, keyEnd, this.shared);
    this.state = version === 'newest' ? this.#stateOfNewest(entries) : COVERED;
    return true;
  }

  #stateOfNewest(entries: EntryReader): VersionState {
    if (this.#salvage !== undefined && (entries.isDamaged || this.#salvage.isLeftOut(entries.offset))) return DAMAGED;
    if (entries.tombstone) return DELETED;
    if (isExpired(entries, this.#lastCommitTs)) return EXPIRED;
    return entries.isEncrypted ? ENCRYPTED : LIVE;
  }
}
