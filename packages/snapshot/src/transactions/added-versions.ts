import { FLAG_TOMBSTONE, TIMESTAMP_BYTES, VALUE_HEADER_BYTES } from '../format/constants.ts';
import { VersionFilter } from '../read/version-filter.ts';
import { ExternalSorter } from '../sort/external-sorter.ts';
import type { ScratchFolder } from '../sort/scratch.ts';
import { SIDE_SORT_BYTES, SMALL_SORT_BYTES } from '../sort/sort-memory.ts';
import type { SortedRows } from '../sort/sorted-run.ts';
import { encodedKey } from './encoded-key.ts';
import { INTENT_ROWS, type Intent, readIntent } from './transaction-rows.ts';
import type { VersionCursor } from './version-cursor.ts';

const INTENT_PREFIX = Buffer.from(INTENT_ROWS, 'latin1');
const NOTHING = Buffer.alloc(0);
const PUT_HEADER = Buffer.alloc(VALUE_HEADER_BYTES);
const DELETION_HEADER = Buffer.alloc(VALUE_HEADER_BYTES);
DELETION_HEADER[0] = FLAG_TOMBSTONE;

/** The versions that committed transactions have prepared and not yet written. */
export class AddedVersions {
  /** Keys whose prepared write counts: encoded key of the intent, and when it was committed. */
  readonly #decided: ExternalSorter;
  readonly #added: ExternalSorter;

  constructor(scratch: ScratchFolder) {
    this.#decided = new ExternalSorter({ scratch, arenaBytes: SMALL_SORT_BYTES });
    this.#added = new ExternalSorter({ scratch, arenaBytes: SIDE_SORT_BYTES });
  }

  get count(): number {
    return this.#added.count;
  }

  /** The transaction that began at `start` and holds a lock on the key was committed. */
  commit(storedKey: Uint8Array, start: bigint, at: bigint): void {
    const committedAt = Buffer.allocUnsafe(8);
    committedAt.writeBigUInt64BE(at);
    this.#decided.add(encodedKey(Buffer.concat([INTENT_PREFIX, storedKey]), start), committedAt);
  }

  /** Once, after all commits. @param open gives all versions of intents; it is not called when there was no commit. */
  readIntents(open: () => VersionCursor): void {
    if (this.#decided.count === 0) return;
    const decided = this.#decided.sorted();
    const intents = open();
    const filter = new VersionFilter();
    let hasDecided = decided.next();
    while (hasDecided && intents.next()) {
      const { bytes, keyStart, keyEnd } = intents;
      const isNewest = filter.pass(bytes, keyStart, keyEnd) === 'newest';
      let order = compareKeys(decided, intents);
      while (order < 0) {
        hasDecided = decided.next();
        if (!hasDecided) return;
        order = compareKeys(decided, intents);
      }
      if (order > 0 || !isNewest || intents.tombstone) continue;
      this.#add(intents, readIntent(intents), decided.bytes.readBigUInt64BE(decided.payloadStart));
    }
  }

  /** Once. Key: encoded key with its version; payload: encoded value. */
  sorted(): SortedRows {
    return this.#added.sorted();
  }

  close(): void {
    this.#decided.close();
    this.#added.close();
  }

  #add({ bytes, keyStart, keyEnd }: VersionCursor, { isDeletion, bodyStart, bodyEnd }: Intent, at: bigint): void {
    const key = encodedKey(bytes.subarray(keyStart + INTENT_ROWS.length, keyEnd), at);
    if (isDeletion) this.#added.add(key, DELETION_HEADER, NOTHING);
    else this.#added.add(key, PUT_HEADER, bytes.subarray(bodyStart, bodyEnd));
  }
}

function compareKeys(decided: SortedRows, intent: VersionCursor): number {
  const { bytes, keyStart, keyEnd } = decided;
  return bytes.compare(intent.bytes, intent.keyStart, intent.keyEnd + TIMESTAMP_BYTES, keyStart, keyEnd);
}
