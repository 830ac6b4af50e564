import { asRowError } from '@ekv/adapter';
import { encodeFileName } from '@ekv/dump-tree';
import { STREAM_ENTRY_ROWS, STREAM_METADATA_ROWS } from '../layout/families.ts';
import { readStreamMetadata, type StreamMetadata } from '../layout/metadata.ts';
import { checkStreamEntryRowKey } from '../layout/row-keys.ts';
import { readStreamEntry } from '../layout/stream-entry.ts';
import { CollectionRows } from './collection-rows.ts';
import { expiryOf } from './collection-walk.ts';
import { CountMismatches } from './count-mismatches.ts';
import type { KeyRange } from './rows/key-order.ts';
import type { PositionedRows } from './rows/keyed-rows.ts';
import { isDropped, isShown, type ValueContext } from './value-context.ts';

const FAMILIES = { elements: STREAM_ENTRY_ROWS, metadata: STREAM_METADATA_ROWS, expiries: 'streams' } as const;

/**
 * Streams, one at a time, in order of (length of the key, key), their entries in order of ids; docs/format/03-redis.md, section 10.
 * Entries are not held: each is read when it is asked for, or passed.
 */
export class StreamWalk {
  /** Of the stream at hand. */
  metadata: StreamMetadata | undefined;
  /** Of the stream at hand, ms since 1970; `null` = does not expire. */
  expireAtMs: bigint | null = null;
  /** Entries of the stream at hand that {@link nextEntry} gave so far. */
  entries = 0;
  /** Of the entry at hand: its id. */
  ms = 0n;
  seq = 0n;
  /** Of the entry at hand: names and values in turn, views. */
  fields: readonly Buffer[] = [];
  /** Whether the cursor stands on an entry that was given. */
  #stands = false;
  readonly #context: ValueContext;
  readonly #rows: CollectionRows;
  readonly #mismatches: CountMismatches;
  readonly #orphans = { streams: 0, entries: 0, example: '', length: 0 };

  constructor(context: ValueContext) {
    this.#context = context;
    this.#rows = new CollectionRows(context, FAMILIES);
    this.#mismatches = new CountMismatches(context.warn, 'stream', 'observed_entries');
  }

  /** Valid until the next one. */
  get key(): KeyRange {
    return this.#rows.join;
  }

  /**
   * Goes to the next stream, over the entries that are left of this one; false after the last one, then everything is closed.
   * Throws RowError.
   */
  next(): boolean {
    this.#endStream();
    while (this.#rows.next()) {
      if (!this.#context.isWanted(this.key)) this.#rows.pass();
      else if (this.#take()) return true;
    }
    this.#mismatches.finish();
    this.#reportOrphans();
    this.close();
    return false;
  }

  /** Goes to the next entry of the stream at hand; false after the last one. Throws RowError. */
  nextEntry(): boolean {
    const { join, elements } = this.#rows;
    if (this.#stands) elements.advance();
    this.#stands = join.holds(elements);
    if (!this.#stands) return false;
    this.fields = readEntry(elements);
    this.ms = elements.bytes.readBigUInt64BE(elements.restStart);
    this.seq = elements.bytes.readBigUInt64BE(elements.restStart + 8);
    this.entries++;
    return true;
  }

  /** Lets go of scratch. May be called twice. */
  close(): void {
    this.#rows.close();
  }

  /** Takes the stream of the key at hand; false when it is left out. */
  #take(): boolean {
    const rows = this.#rows;
    this.metadata = rows.takeMetadata(readStreamMetadata);
    this.entries = 0;
    const owned = rows.takeExpiry();
    if (this.metadata === undefined) {
      this.#addOrphan();
      return false;
    }
    this.expireAtMs = expiryOf(this.metadata, owned);
    if (isDropped(this.#context, this.expireAtMs) || !isShown(this.#context, 'stream', rows.join)) {
      while (this.nextEntry());
      this.metadata = undefined;
      return false;
    }
    return true;
  }

  #endStream(): void {
    if (this.metadata === undefined) return;
    while (this.nextEntry());
    this.#mismatches.compare(this.key, this.metadata.count, this.entries);
    this.metadata = undefined;
  }

  #addOrphan(): void {
    const { bytes, keyEnd } = this.#rows.join;
    const orphans = this.#orphans;
    if (orphans.streams++ === 0) {
      orphans.example = encodeFileName(bytes.subarray(0, keyEnd));
      orphans.length = keyEnd;
    }
    while (this.nextEntry());
    orphans.entries += this.entries;
  }

  #reportOrphans(): void {
    const { streams, entries, example, length } = this.#orphans;
    if (streams === 0) return;
    const { source, warn } = this.#context;
    source.damage?.addOrphans(() => `entries of streams, the first of them ${example}`, entries);
    warn({
      event: 'redis_stream_orphan_entries_without_meta',
      message: `stream entries without a metadata row${source.damage === undefined ? '' : ' that can be read'} were left out: for the server such a stream does not exist`,
      fields: { streams, observed_entries: entries, key: example, user_key_len: length },
      loss: true,
    });
  }
}

/** The fields of the entry at hand, names and values in turn, views. Throws RowError, also for a wrong id in the key. */
export function readEntry(row: PositionedRows): Buffer[] {
  checkStreamEntryRowKey(row);
  try {
    return readStreamEntry(row.bytes, row.valueStart, row.valueEnd);
  } catch (error) {
    throw asRowError(row, error, `this ${STREAM_ENTRY_ROWS} row is wrong: `);
  }
}
