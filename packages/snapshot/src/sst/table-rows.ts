import { KEY_CAP, TIMESTAMP_BYTES, VALUE_CAP } from '../format/constants.ts';
import type { EntryFile } from '../sort/entry-file.ts';
import { BlockEntries } from './block-entries.ts';
import { BlockKey } from './block-key.ts';
import type { BlockReader } from './block-reader.ts';
import { TableError } from './table-error.ts';

/** Sequence number and kind after a key. */
export const KEY_TRAILER_BYTES = 8;
const KIND_SET = 1;
/** Says that a value stands where it is, not in a block of values. */
const IN_PLACE = 0x00;
const VALUE_PREFIX_BYTES = 1;

/** The largest data block, unpacked: one is closed at some KiB, so that only a last row can make it larger. */
export const DATA_BLOCK_LIMIT = KEY_CAP + VALUE_CAP + (1 << 16);

/**
 * Takes the rows of data blocks, checks them, and writes them as the entries that an ordinary snapshot has. Keys rise from row to row
 * over all tables.
 */
export class TableRows {
  readonly #output: EntryFile;
  readonly #entries = new BlockEntries();
  readonly #key = new BlockKey();
  /** Length of the encoded key before, which stands in `#key`; -1 before the first. */
  #previousLength = -1;
  /** Once a block is lost: no key in it is above this one. */
  #lostUpTo: Buffer | undefined;
  #rowsBefore = 0;
  #firstKey: Buffer | undefined;
  /** Rows that were met, and the lengths of their keys and values. */
  rows = 0;
  bytes = 0;

  constructor(output: EntryFile) {
    this.#output = output;
  }

  /** How many rows were written. */
  get written(): number {
    return this.#output.entries;
  }

  beginTable(): void {
    this.#rowsBefore = this.rows;
    this.#firstKey = undefined;
  }

  /** Rows that were met since {@link beginTable}. */
  get tableRows(): number {
    return this.rows - this.#rowsBefore;
  }

  /** Encoded key of the first of these; empty when there is none. */
  get firstKey(): Buffer {
    return this.#firstKey ?? Buffer.alloc(0);
  }

  /** Encoded key of the row met last. */
  get lastKey(): Buffer {
    return this.#key.bytes.subarray(0, Math.max(0, this.#previousLength));
  }

  /**
   * Rows between the last one and the key `upTo` are lost. One that comes later may be an older version of one of them when its
   * user key begins `upTo`: only between two keys that both begin with a user key others of it can stand. Such rows are not
   * written.
   */
  lose(upTo: Buffer): void {
    this.#lostUpTo = upTo;
  }

  /** Throws TableError. */
  take(block: BlockReader): void {
    const entries = this.#entries;
    this.#key.beginBlock();
    entries.begin(block.bytes, block.start, block.end);
    while (entries.next()) this.#takeRow(entries);
  }

  #takeRow(entries: BlockEntries): void {
    const { bytes, valueStart, valueEnd } = entries;
    const keyLength = entries.shared + entries.keyEnd - entries.keyStart - KEY_TRAILER_BYTES;
    if (keyLength < 0) throw new TableError(`a key has ${keyLength + KEY_TRAILER_BYTES} bytes, it needs 8 at least`);
    if (!this.#ascends(entries, keyLength)) throw new TableError('a key is not above the one before it');
    const key = this.#key;
    key.take(entries, KEY_CAP + KEY_TRAILER_BYTES);
    this.#previousLength = keyLength;
    this.#firstKey ??= Buffer.from(this.lastKey);
    this.#checkTrailer(keyLength);
    const valueLength = valueEnd - valueStart - VALUE_PREFIX_BYTES;
    if (bytes[valueStart] !== IN_PLACE || valueLength < 0) throw this.#wrongPrefix(bytes, valueStart, valueEnd);
    if (valueLength > VALUE_CAP)
      throw new TableError(`the value length ${valueLength} is over the limit of ${VALUE_CAP}`);
    this.rows++;
    this.bytes += keyLength + valueLength;
    if (this.#lostUpTo !== undefined && this.#isBegunBy(this.#lostUpTo, keyLength)) return;
    this.#output.append(key.bytes, 0, keyLength, bytes, valueStart + VALUE_PREFIX_BYTES, valueEnd);
  }

  /** Whether the key of an entry is above the one before. */
  #ascends({ bytes, shared, keyStart }: BlockEntries, length: number): boolean {
    const previous = this.#key.bytes;
    const previousLength = this.#previousLength;
    const limit = Math.min(length, previousLength);
    const shift = keyStart - shared;
    let at = Math.min(shared, limit);
    while (at < limit && previous[at] === bytes[shift + at]) at++;
    if (at < limit) return bytes[shift + at]! > previous[at]!;
    return length > previousLength;
  }

  #checkTrailer(at: number): void {
    const { bytes } = this.#key;
    if (bytes.readUInt32LE(at) === KIND_SET && bytes.readUInt32LE(at + 4) === 0) return;
    const kind = bytes[at]!;
    if (kind !== KIND_SET) throw new TableError(`a row has the kind ${kind}, not ${KIND_SET} (set)`, 'form');
    throw new TableError(`a row has the sequence number ${bytes.readBigUInt64LE(at) >> 8n}, not 0`, 'form');
  }

  #wrongPrefix(bytes: Buffer, start: number, end: number): TableError {
    if (start === end) return new TableError('a value is empty, without even its prefix');
    const prefix = bytes[start]!.toString(16).padStart(2, '0');
    return new TableError(`a value has the prefix 0x${prefix}, not 0x00 (in place)`, 'form');
  }

  /** Whether a key begins with the user key at hand. */
  #isBegunBy(key: Buffer, keyLength: number): boolean {
    const length = Math.max(0, keyLength - TIMESTAMP_BYTES);
    return key.length >= length && key.compare(this.#key.bytes, 0, length, 0, length) === 0;
  }
}
