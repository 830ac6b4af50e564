import type { Extents } from '../merge/extents.ts';
import type { BODY_HEAD_BYTES, EntryReader } from '../read/entry-reader.ts';
import type { ScannedEntries } from '../read/scan.ts';
import type { MovingBytes } from '../read/version-filter.ts';

/**
 * Says whether an entry stays, by its user key `bytes[start, end)`.
 *
 * @param valueBytes length of its value, without the header.
 * @param valueStart where it begins in `bytes`: up to {@link BODY_HEAD_BYTES} of it are there.
 */
export type KeepsEntry = (bytes: Buffer, start: number, end: number, valueBytes: number, valueStart: number) => boolean;

/** Those entries of a snapshot that stay, as a scan takes them; where each of them stands goes to the extents. */
export class KeptEntries implements ScannedEntries {
  readonly #entries: EntryReader;
  readonly #extents: Extents;
  readonly #keeps: KeepsEntry;
  readonly #onEntry: (() => void) | undefined;
  /** In the bytes of the extents. */
  offset = 0;
  endOffset = 0;
  ordinal = 0;
  readonly isDamaged = false;
  readonly unreadable = 0;
  readonly operational = 0;

  /** @param entries none of them read; bodies may be passed over. */
  constructor(
    entries: EntryReader,
    extents: Extents,
    { keeps, onEntry }: { readonly keeps: KeepsEntry; readonly onEntry?: (() => void) | undefined },
  ) {
    this.#entries = entries;
    this.#extents = extents;
    this.#keeps = keeps;
    this.#onEntry = onEntry;
  }

  get bytes(): Buffer {
    return this.#entries.bytes;
  }

  get keyStart(): number {
    return this.#entries.keyStart;
  }

  get keyEnd(): number {
    return this.#entries.keyEnd;
  }

  get valueStart(): number {
    return this.#entries.valueStart;
  }

  get valueEnd(): number {
    return this.#entries.valueEnd;
  }

  get isEncrypted(): boolean {
    return this.#entries.isEncrypted;
  }

  get timestamp(): bigint {
    return this.#entries.timestamp;
  }

  get expiry(): bigint {
    return this.#entries.expiry;
  }

  get tombstone(): boolean {
    return this.#entries.tombstone;
  }

  get moving(): MovingBytes {
    return this.#entries.moving;
  }

  next(): boolean {
    const entries = this.#entries;
    while (entries.next()) {
      this.#onEntry?.();
      const { bytes, keyStart, keyEnd, valueStart, valueEnd } = entries;
      if (!this.#keeps(bytes, keyStart, keyEnd, valueEnd - valueStart, valueStart)) continue;
      const length = entries.endOffset - entries.offset;
      this.ordinal++;
      this.offset = this.endOffset;
      this.endOffset += length;
      this.#extents.append(0, entries.offset, length);
      return true;
    }
    return false;
  }
}
