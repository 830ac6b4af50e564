import type { Salvage } from '../damage/salvage.ts';
import { AHEAD_MS } from '../format/commit-timestamp.ts';
import { lengthAt } from '../format/length-field.ts';
import { BODY_HEAD_BYTES } from './entry-reader.ts';
import type { KeyFamilies } from './key-families.ts';
import { type MovingBytes, VersionFilter } from './version-filter.ts';

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

/** Entries in ascending order of their encoded keys, all versions: `EntryReader` says what the fields mean. */
export interface WalkedEntries {
  readonly bytes: Buffer;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  readonly offset: number;
  readonly timestamp: bigint;
  readonly expiry: bigint;
  readonly tombstone: boolean;
  readonly isDamaged: boolean;
  readonly isEncrypted: boolean;
  /** Where the keys stand, when they stay there for a while. */
  readonly moving?: MovingBytes;
  next(): boolean;
}

/**
 * Every version in a snapshot, deletions too, ascending by encoded key, with its family and with what became of it. Nothing is made for
 * each; the fields describe the current version, indexes point into `bytes` and are valid until the next call of `next`.
 */
export class VersionWalk {
  readonly #entries: WalkedEntries;
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
  /** Whether the entry is not above the one before it. What is said of it, and of all that follow, is void then. */
  isOutOfOrder = false;
  /** Body, without the value header. */
  valueStart = 0;
  /** Of the whole body. */
  bodyBytes = 0;

  constructor(
    entries: WalkedEntries,
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

  /** End of what is in `bytes` of the body: all of it up to {@link BODY_HEAD_BYTES}, 8 KiB, at least. */
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

  /** Whether the body is as it was written: not encrypted, and not damaged. */
  get isReadable(): boolean {
    return !this.#entries.isEncrypted && !this.#entries.isDamaged;
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
    this.isOutOfOrder = version === 'disorder';
    this.shared = this.#filter.shared;
    this.family = this.#families.find(bytes, keyStart, keyEnd, this.shared);
    this.state = version === 'newest' ? this.#stateOfNewest(entries) : COVERED;
    return true;
  }

  #stateOfNewest(entries: WalkedEntries): VersionState {
    if (entries.isDamaged || this.#salvage?.isLeftOut(entries.offset)) return DAMAGED;
    if (entries.tombstone) return DELETED;
    if (isExpired(entries, this.#lastCommitTs)) return EXPIRED;
    return entries.isEncrypted ? ENCRYPTED : LIVE;
  }
}

/** Whether the value header's expiry lies at or before the snapshot's timestamp (section 6.1). */
export function isExpired(
  entry: Pick<WalkedEntries, 'bytes' | 'valueStart' | 'expiry'>,
  lastCommitTs: bigint,
): boolean {
  const { bytes, valueStart } = entry;
  if (lengthAt(bytes, valueStart - 8) === 0 && lengthAt(bytes, valueStart - 4) === 0) return false;
  return entry.expiry <= lastCommitTs;
}
