import { createHash, type Hash } from 'node:crypto';
import {
  CUT_END,
  type Damage,
  type DamageKind,
  LOST_ROWS,
  SST_FILES,
  UNREADABLE_BYTES,
  WRONG_CHECKSUM,
} from '../damage/damage.ts';
import { SnapshotFormatError } from '../errors.ts';
import type { ByteSource } from '../format/byte-source.ts';
import { FOOTER_BYTES, TIMESTAMP_BYTES } from '../format/constants.ts';
import { readExactly } from '../format/read-exactly.ts';
import { printable } from '../printable.ts';
import { EntryFile, type WrittenEntries } from '../sort/entry-file.ts';
import type { ScratchFolder } from '../sort/scratch.ts';
import type { SstStart } from './manifest.ts';
import type { SstFile } from './manifest-fields.ts';
import { PassedBytes } from './passed-bytes.ts';
import { type TablePlace, TableReader } from './table.ts';
import type { TableError } from './table-error.ts';
import { TableRows } from './table-rows.ts';
import type { WantedKeys } from './wanted-keys.ts';

const COPY_AGAIN = 'the file is damaged, copy it again';
const OTHER_FORM =
  'restart the node without ELASTICKV_PEBBLE_SST_INGEST_SNAPSHOT, let it take a snapshot, and decode that';

export interface SstRowsInput {
  /** The snapshot. */
  readonly bytes: ByteSource;
  readonly start: SstStart;
  readonly scratch: ScratchFolder;
  /** Of a snapshot that is salvaged: takes what is wrong. */
  readonly damage: Damage | undefined;
  /** Is given all bytes of the snapshot. */
  readonly hash: Hash | undefined;
  /**
   * Blocks without any of these keys are not read: they are found by the index of each file, and the digests of the files and the checksum of the snapshot
   * are not compared, the checksum of each block is. Not of a snapshot that is salvaged. Default: all is read.
   */
  readonly wanted?: WantedKeys | undefined;
}

/** What one pass over a snapshot of SST files gives. */
export interface SstRowsRead {
  /** Its rows, as the entries that an ordinary snapshot has. */
  readonly entries: WrittenEntries;
  /** The checksum at the end of the file, when there was one and it matched. */
  readonly footerCrc32c: number | undefined;
}

/**
 * Reads a snapshot of SST files once from end to end, checks all that docs/format/01-snapshot.md, section 3.7 has, and writes the rows
 * to a scratch file, from which they can be read as often as somebody likes. In memory are blocks of one table at a time.
 */
export class SstRowsReader {
  readonly #input: SstRowsInput;
  readonly #passed: PassedBytes;
  readonly #output: EntryFile;
  readonly #rows: TableRows;
  /** Where the SST files end by the manifest. */
  readonly #filesEnd: number;

  constructor(input: SstRowsInput) {
    const { bytes, start, hash } = input;
    this.#input = input;
    this.#filesEnd = start.filesAt + start.manifest.totalFileBytes;
    const hasFooter = bytes.byteLength - this.#filesEnd === FOOTER_BYTES;
    this.#passed = new PassedBytes(bytes, { crc32c: hasFooter, hash });
    this.#output = new EntryFile(input.scratch, 'sst');
    this.#rows = new TableRows(this.#output);
  }

  /** Bytes of the snapshot that were read. */
  get offset(): number {
    return this.#passed.offset;
  }

  /** @param onProgress is called now and then. Throws SnapshotFormatError, EnvironmentError. */
  read(onProgress: (() => void) | undefined): SstRowsRead {
    try {
      this.#checkSize();
      const { wanted } = this.#input;
      if (wanted !== undefined) {
        this.#readWanted(wanted, onProgress);
        return { entries: this.#output.end(), footerCrc32c: undefined };
      }
      this.#passed.pass(this.#input.start.filesAt);
      for (const file of this.#input.start.manifest.files) {
        this.#readFile(file);
        onProgress?.();
      }
      this.#checkCounts();
      const footerCrc32c = this.#readFooter();
      return { entries: this.#output.end(), footerCrc32c };
    } catch (error) {
      this.#output.abandon();
      throw error;
    }
  }

  #checkSize(): void {
    const { bytes, damage } = this.#input;
    const size = bytes.byteLength;
    if (size >= this.#filesEnd) return;
    const error = this.#error(
      size,
      `the file is truncated: it has ${size} bytes, its SST files alone end at ${this.#filesEnd}; copy it again`,
    );
    this.#note(CUT_END, error, 1);
    damage?.add(UNREADABLE_BYTES, () => error.message, this.#filesEnd - size);
  }

  #readWanted(wanted: WantedKeys, onProgress: (() => void) | undefined): void {
    const { bytes, start } = this.#input;
    let at = start.filesAt;
    for (const file of start.manifest.files) {
      const fileAt = at;
      at += file.size;
      if (!wanted.mayStandIn(file.smallest, file.largest)) continue;
      const onLost = (error: TableError, place: TablePlace) => {
        throw this.#tableError(error, place, fileAt, true);
      };
      new TableReader({ bytes, file, start: fileAt, rows: this.#rows, onLost, wanted }).read();
      onProgress?.();
    }
  }

  #readFile(file: SstFile): void {
    const { bytes } = this.#input;
    const start = this.#passed.offset;
    if (start + file.size > bytes.byteLength) {
      this.#passed.pass(bytes.byteLength);
      this.#rows.lose(file.largest);
      return;
    }
    const hash = createHash('sha256');
    this.#passed.pass(start + file.size, hash);
    const sha256 = hash.digest('hex');
    const isSound = sha256 === file.sha256;
    // Also when its digest is wrong: a block with a wrong checksum says more.
    const onLost = (error: TableError, place: TablePlace, lost: number) => {
      this.#note(UNREADABLE_BYTES, this.#tableError(error, place, start, isSound), lost);
    };
    new TableReader({ bytes, file, start, rows: this.#rows, onLost }).read();
    if (isSound) return;
    const rule = `${file.name} has the SHA-256 ${sha256}, the manifest says ${file.sha256}; ${COPY_AGAIN}`;
    this.#note(SST_FILES, this.#error(start, rule), 1);
  }

  #checkCounts(): void {
    const { entryCount, uncompressedBytes, totalFileBytes } = this.#input.start.manifest;
    const { rows, bytes, written } = this.#rows;
    const { damage } = this.#input;
    const path = this.#input.bytes.name;
    if (rows === entryCount && bytes === uncompressedBytes && written === rows) return;
    if (damage !== undefined && written < entryCount) {
      damage.add(LOST_ROWS, () => `${path}: of ${entryCount} rows ${written} were read`, entryCount - written);
      return;
    }
    const rule = `the manifest says ${entryCount} rows of ${uncompressedBytes} bytes, the SST files have ${rows} of ${bytes}; ${COPY_AGAIN}`;
    this.#note(SST_FILES, this.#error(this.#filesEnd - totalFileBytes, rule), 1);
  }

  #readFooter(): number | undefined {
    const { bytes, hash } = this.#input;
    const at = this.#passed.offset;
    const left = bytes.byteLength - at;
    const expected = this.#passed.crc32c;
    if (hash !== undefined) this.#passed.pass(bytes.byteLength);
    if (left === 0) return undefined;
    if (left !== FOOTER_BYTES) {
      const rule = `${left} bytes follow its last SST file, where a checksum of ${FOOTER_BYTES} may stand; ${COPY_AGAIN}`;
      this.#note(UNREADABLE_BYTES, this.#error(at, rule), left);
      return undefined;
    }
    const footer = Buffer.alloc(FOOTER_BYTES);
    readExactly(bytes, at, footer);
    const found = footer.readUInt32BE();
    if (found === expected) return found;
    const rule = `the checksum does not match: the last 4 bytes are ${hex(found)}, the CRC-32C of all before is ${hex(expected)}; the file is damaged or truncated, copy it again`;
    this.#note(WRONG_CHECKSUM, this.#error(at, rule), 1);
    return undefined;
  }

  #tableError({ message, isDamage }: TableError, place: TablePlace, start: number, isSound: boolean) {
    const { file, what, offset } = place;
    // A table that is as its node wrote it, and not of the form that is read here.
    const isOther = isSound && !isDamage;
    const key = this.#rows.lastKey.subarray(0, -TIMESTAMP_BYTES);
    const near = this.#rows.tableRows === 0 ? '' : `, key ${printable(key)} or after it`;
    return this.#error(
      start + offset,
      `${file.name}, ${what} at offset ${offset} of it${near}: ${message}; ${isOther ? OTHER_FORM : COPY_AGAIN}`,
      !isOther,
    );
  }

  #error(offset: number, rule: string, isDamage = true): SnapshotFormatError {
    // Not 0: what is wrong is not the header, so that the rest can be read.
    const ordinal = this.#rows.rows + 1;
    return new SnapshotFormatError(`${this.#input.bytes.name}: ${rule}`, { offset, ordinal, isDamage });
  }

  /** Throws it, or counts it when the file is salvaged. */
  #note(kind: DamageKind, error: SnapshotFormatError, count: number): void {
    const { damage } = this.#input;
    if (damage === undefined) throw error;
    damage.add(kind, () => error.message, count);
  }
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
