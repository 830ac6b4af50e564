import type { Salvage, UnreadableStretch } from '../damage/salvage.ts';
import { SnapshotFormatError } from '../errors.ts';
import type { ByteWindow } from '../format/byte-window.ts';
import {
  APPLIED_INDEX_KEY,
  ENCRYPTION_CLEAR,
  ENCRYPTION_ON,
  FLAG_TOMBSTONE,
  FLAGS_ENCRYPTION,
  FLAGS_RESERVED,
  FOOTER_BYTES,
  isOperationalKey,
  KEY_CAP,
  LAST_COMMIT_TS_KEY,
  LENGTH_BYTES,
  META_VALUE_BYTES,
  MIN_RETAINED_TS_KEY,
  TIMESTAMP_BYTES,
  VALUE_CAP,
  VALUE_HEADER_BYTES,
} from '../format/constants.ts';
import { lengthAt } from '../format/length-field.ts';
import { printable } from '../printable.ts';
import type { MovingBytes } from './version-filter.ts';

/**
 * What a reader walks over. `file`: to its end, where a footer may stand. `part`: of a file. `copy`: of its entries, whose offsets say nothing to
 * people.
 */
export type EntryPlace = 'file' | 'part' | 'copy';

/** What becomes of entries whose body is encrypted. */
export type EncryptedEntries = 'refused' | 'given';

/** How much of a body that is passed over is there all the same, when it has so much: all of the keys and records that name whose a row is. */
export const BODY_HEAD_BYTES = 1 << 13;

const UNDERSCORE = 0x5f;
/** First byte of the keys of all families. */
const EXCLAMATION_MARK = 0x21;

/**
 * Walks over the entries of a snapshot and applies every guard of docs/format/01-snapshot.md, sections 3 and 5. Rows
 * of section 4 are counted and passed over. All versions are given, tombstones too.
 *
 * The fields describe the current entry; indexes point into `bytes` and are valid until the next call of `next`.
 */
export class EntryReader {
  readonly #window: ByteWindow;
  readonly #path: string;
  readonly #place: EntryPlace;
  readonly #bodies: 'read' | 'passed over';
  readonly #salvage: Salvage | undefined;
  readonly #encrypted: EncryptedEntries;
  /** Of the entry before, while a file is salvaged: encoded key, place and end. */
  #lastKey: Buffer = Buffer.alloc(0);
  #lastOffset = -1;
  #lastEnd = -1;
  bytes: Buffer;
  /** File offset of the entry. */
  offset = 0;
  /** 1-based, operational rows included. */
  ordinal = 0;
  operational = 0;
  /** Whether the node's own rows (section 4) came, and no row of a family after them: nothing that is decoded was cut off. */
  endsInMetaRows = false;
  #sawAppliedIndex = false;
  /** What the node says is the lowest timestamp that its rows can be read at; `undefined` when it says nothing. */
  minRetainedTs: bigint | undefined;
  keyStart = 0;
  /** End of the user key; the 8 bytes of the inverted timestamp follow. */
  keyEnd = 0;
  /** Body, after the value header. */
  valueStart = 0;
  valueEnd = 0;
  /** File offset of the body. */
  valueOffset = 0;
  tombstone = false;
  /** Where encrypted entries are given: whether this is one, so that of its body only the length holds. */
  isEncrypted = false;
  /** What is said of the first of them where they are refused. */
  firstEncrypted: SnapshotFormatError | undefined;
  /** While a file is salvaged: whether the newest version of a key is this one, which cannot be used. Only its key holds. */
  isDamaged = false;
  /** Entries that were counted and could not be given. */
  unreadable = 0;
  /** Whether the entry passed last was a row of section 4. */
  isOperational = false;
  /** The checksum at the end of the file, when there was one and it matched. */
  footerCrc32c: number | undefined;

  /**
   * @param bodies `passed over`: of a value only its header and {@link BODY_HEAD_BYTES} of its body are in `bytes`; the window must not take a
   * checksum.
   * @param salvage takes what breaks a guard; without it that is thrown.
   */
  constructor(
    window: ByteWindow,
    path: string,
    place: EntryPlace,
    bodies: 'read' | 'passed over' = 'read',
    salvage?: Salvage,
    encrypted: EncryptedEntries = 'refused',
  ) {
    this.#window = window;
    this.#salvage = salvage;
    this.#encrypted = encrypted;
    this.#path = path;
    this.#place = place;
    this.#bodies = bodies;
    this.bytes = window.bytes;
  }

  /** Where the keys stand. */
  get moving(): MovingBytes {
    return this.#window;
  }

  /** File offset after the current entry. */
  get endOffset(): number {
    return this.#window.offset;
  }

  /** Expiry of the value header, a commit timestamp; 0 = none. */
  get expiry(): bigint {
    return this.bytes.readBigUInt64LE(this.valueStart - 8);
  }

  /** Commit timestamp of the entry. */
  get timestamp(): bigint {
    return BigInt.asUintN(64, ~this.bytes.readBigUInt64BE(this.keyEnd));
  }

  next(): boolean {
    if (this.#salvage !== undefined) return this.#nextReadable(this.#salvage);
    while (this.#readFrame()) {
      if (this.#isEntry()) return true;
    }
    return false;
  }

  /** Splits the entry at hand; false for a row of section 4. */
  #isEntry(): boolean {
    this.isOperational = isOperationalKey(this.bytes, this.keyStart, this.keyEnd);
    if (!this.isOperational) {
      this.#splitEntry();
      if (this.#sawAppliedIndex && this.bytes[this.keyStart] === EXCLAMATION_MARK) this.#forgetMetaRows();
      return true;
    }
    this.operational++;
    if (this.bytes[this.keyStart] === UNDERSCORE) this.#passMetaRow();
    return false;
  }

  /** As {@link next}, passing over what cannot be read. */
  #nextReadable(salvage: Salvage): boolean {
    for (;;) {
      // A stretch may begin in the part of a family and end beyond it.
      if (this.#window.left <= 0) return false;
      const stretch = salvage.stretchAt(this.#window.offset);
      if (stretch !== undefined) {
        if (this.#passStretch(stretch)) return true;
        continue;
      }
      try {
        this.isDamaged = false;
        if (!this.#readFrame()) return false;
        const isEntry = this.#isEntry();
        this.#remember();
        if (isEntry) return true;
      } catch (error) {
        if (!(error instanceof SnapshotFormatError)) throw error;
        this.#addStretch(error, salvage);
      }
    }
  }

  /** What the next entry is compared with. */
  #remember(): void {
    const end = this.isOperational ? this.keyEnd : this.keyEnd + TIMESTAMP_BYTES;
    this.#lastKey = Buffer.from(this.bytes.subarray(this.keyStart, end));
    this.#lastOffset = this.offset;
    this.#lastEnd = this.#window.offset;
  }

  #addStretch(error: SnapshotFormatError, salvage: Salvage): void {
    const window = this.#window;
    // Nothing can match a checksum any more; it is taken only for the message.
    window.sumOnDemand();
    window.seek(this.offset);
    const end = this.offset + window.left;
    if (window.left < LENGTH_BYTES) {
      salvage.addTail(error, this.offset, end, window.left === FOOTER_BYTES ? 'checksum' : 'cut');
      return;
    }
    const keyLength = this.#believableKey();
    if (!keyLength) this.unreadable++;
    if (keyLength === undefined && this.#lastEnd === this.offset) {
      const key = this.#lastKey.subarray(0, Math.max(0, this.#lastKey.length - TIMESTAMP_BYTES));
      salvage.addSuspect(this.#path, this.#lastOffset, key);
    }
    salvage.addStretch(error, this.offset, keyLength ?? 0, this.#lastKey, end);
  }

  /**
   * Length of the encoded key at the start of what cannot be read, if it is above the last one; 0 when the file ends in it
   * or it is the key of a row of section 4, `undefined` when it is none: then the entry before may lead to the wrong place.
   */
  #believableKey(): number | undefined {
    const window = this.#window;
    window.need(LENGTH_BYTES);
    const length = window.bytes.readUInt32LE(window.at);
    const isLength = window.bytes.readUInt32LE(window.at + 4) === 0 && length >= TIMESTAMP_BYTES && length <= KEY_CAP;
    if (!isLength) return undefined;
    if (!window.need(LENGTH_BYTES + length)) return 0;
    const start = window.at + LENGTH_BYTES;
    // A row of section 4 has no version, so that its key holds for nothing.
    if (isOperationalKey(window.bytes, start, start + length)) return 0;
    const isAbove = window.bytes.compare(this.#lastKey, 0, this.#lastKey.length, start, start + length) > 0;
    return isAbove ? length : undefined;
  }

  /** Passes what cannot be read; true when its key can be, so that no older version of it counts. */
  #passStretch({ end, keyLength }: UnreadableStretch): boolean {
    const window = this.#window;
    this.offset = window.offset;
    const hasKey = keyLength > 0 && window.need(LENGTH_BYTES + keyLength);
    if (hasKey) {
      this.bytes = window.bytes;
      this.keyStart = window.at + LENGTH_BYTES;
      this.keyEnd = this.keyStart + keyLength - TIMESTAMP_BYTES;
      this.valueStart = this.valueEnd = this.keyEnd + TIMESTAMP_BYTES;
      this.isDamaged = true;
      this.tombstone = false;
    }
    window.seek(end);
    return hasKey;
  }

  /** Lengths and bytes of one entry; the key is still raw, with its last 8 bytes. */
  #readFrame(): boolean {
    const window = this.#window;
    this.offset = window.offset;
    this.keyStart = this.keyEnd = 0;
    if (window.left === 0) return false;
    if (window.left < LENGTH_BYTES) {
      this.#readFooter();
      return false;
    }
    this.ordinal++;
    const keyLength = this.#readLength(0, 'key', KEY_CAP);
    const valueField = LENGTH_BYTES + keyLength;
    if (!window.need(valueField + LENGTH_BYTES)) this.#truncated();
    const valueLength = this.#readLength(valueField, 'value', VALUE_CAP);
    const wanted = this.#bodies === 'read' ? valueLength : Math.min(valueLength, VALUE_HEADER_BYTES + BODY_HEAD_BYTES);
    if (!window.need(valueField + LENGTH_BYTES + wanted)) this.#truncated();
    this.bytes = window.bytes;
    this.keyStart = window.at + LENGTH_BYTES;
    this.keyEnd = this.keyStart + keyLength;
    this.valueStart = this.keyEnd + LENGTH_BYTES;
    this.valueEnd = this.valueStart + valueLength;
    this.valueOffset = window.offset + this.valueStart - window.at;
    if (this.#bodies === 'read') window.at = this.valueEnd;
    else this.#passBody();
    return true;
  }

  /** A wrong length would take the bytes after it for a value, the footer for example. */
  #passMetaRow(): void {
    const length = this.valueEnd - this.valueStart;
    if (length !== META_VALUE_BYTES) {
      this.#fail(
        `the value length ${length} of this row must be ${META_VALUE_BYTES}; the file is damaged, copy it again`,
      );
    }
    // The operational keys differ in length.
    const keyLength = this.keyEnd - this.keyStart;
    if (keyLength === APPLIED_INDEX_KEY.length) this.#sawAppliedIndex = true;
    else if (keyLength === LAST_COMMIT_TS_KEY.length) this.endsInMetaRows = this.#sawAppliedIndex;
    else if (keyLength === MIN_RETAINED_TS_KEY.length) this.minRetainedTs = this.bytes.readBigUInt64LE(this.valueStart);
  }

  #forgetMetaRows(): void {
    this.#sawAppliedIndex = false;
    this.endsInMetaRows = false;
  }

  #passBody(): void {
    const window = this.#window;
    if (this.valueEnd - window.at > window.left) this.#truncated();
    window.pass(this.valueEnd - window.at);
  }

  #readLength(at: number, what: string, cap: number): number {
    const window = this.#window;
    if (!window.need(at + LENGTH_BYTES)) this.#truncated();
    const field = window.at + at;
    const low = lengthAt(window.bytes, field);
    if (low > cap || lengthAt(window.bytes, field + 4) !== 0) {
      this.#fail(`the ${what} length ${window.bytes.readBigUInt64LE(field)} is over the limit of ${cap}`);
    }
    return low;
  }

  #splitEntry(): void {
    const keyLength = this.keyEnd - this.keyStart;
    const valueLength = this.valueEnd - this.valueStart;
    if (keyLength < TIMESTAMP_BYTES) this.#fail(`the key length ${keyLength} is below ${TIMESTAMP_BYTES}`);
    this.keyEnd -= TIMESTAMP_BYTES;
    if (valueLength < VALUE_HEADER_BYTES) this.#fail(`the value length ${valueLength} is below ${VALUE_HEADER_BYTES}`);
    const flags = this.bytes[this.valueStart]!;
    this.isEncrypted = flags > FLAG_TOMBSTONE && this.#isGivenEncrypted(flags);
    if (flags > FLAG_TOMBSTONE && !this.isEncrypted) this.#refuse(wrongFlags(flags), { isDamage: !isEncrypted(flags) });
    this.tombstone = (flags & ~ENCRYPTION_ON) === FLAG_TOMBSTONE;
    this.valueStart += VALUE_HEADER_BYTES;
    this.valueOffset += VALUE_HEADER_BYTES;
  }

  #isGivenEncrypted(flags: number): boolean {
    if (this.#encrypted === 'refused' || !isEncrypted(flags)) return false;
    this.firstEncrypted ??= this.#error(wrongFlags(flags), { isDamage: false });
    return true;
  }

  /** Of an entry whose frame is whole. */
  #refuse(rule: string, told: { isDamage: boolean }): void {
    const error = this.#error(rule, told);
    if (this.#salvage === undefined) throw error;
    this.isDamaged = true;
    this.#salvage.addEntry(error);
  }

  #readFooter(): void {
    const window = this.#window;
    const left = window.left;
    if (left !== FOOTER_BYTES || this.#place !== 'file' || !window.need(left)) return this.#truncated();
    const expected = window.checksum;
    const found = window.bytes.readUInt32BE(window.at);
    if (found !== expected) {
      this.#fail(
        `the checksum does not match: the last 4 bytes are ${hex(found)}, the CRC-32C of all before is ${hex(expected)}; the file is damaged or truncated, copy it again`,
      );
    }
    this.footerCrc32c = found;
    window.at += FOOTER_BYTES;
  }

  #truncated(): never {
    this.#fail(
      `the file is truncated: it ends inside this entry, at ${this.#window.offset + this.#window.left} bytes; copy it again`,
    );
  }

  #fail(rule: string): never {
    throw this.#error(rule, { isDamage: true });
  }

  #error(rule: string, { isDamage }: { isDamage: boolean }): SnapshotFormatError {
    const key =
      this.keyEnd > this.keyStart ? Uint8Array.from(this.bytes.subarray(this.keyStart, this.keyEnd)) : undefined;
    const name = key === undefined ? '' : `, key ${printable(key)}`;
    const [at, offset] = this.#place === 'copy' ? ['', 0] : [` at offset ${this.offset}`, this.offset];
    return new SnapshotFormatError(`${this.#path}: entry ${this.ordinal}${at}${name}: ${rule}`, {
      offset,
      ordinal: this.ordinal,
      ...(key === undefined ? {} : { key }),
      isDamage,
    });
  }
}

function isEncrypted(flags: number): boolean {
  return (flags & FLAGS_RESERVED) === 0 && (flags & FLAGS_ENCRYPTION) === ENCRYPTION_ON;
}

function wrongFlags(flags: number): string {
  const encryption = flags & FLAGS_ENCRYPTION;
  if (isEncrypted(flags))
    return 'the value is encrypted; its keys are needed, so read this data through the cluster instead';
  const what = encryption === ENCRYPTION_CLEAR || encryption === ENCRYPTION_ON ? 'flag bits' : 'encryption state';
  return `the value uses reserved ${what} (flags 0x${flags.toString(16).padStart(2, '0')}); a newer elastickv wrote it, or it is corrupt`;
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
