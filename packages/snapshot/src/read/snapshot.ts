import { createHash } from 'node:crypto';
import type { Damage } from '../damage/damage.ts';
import { DAMAGED_HEADER } from '../damage/damage.ts';
import { readDamagedHeader } from '../damage/damaged-header.ts';
import { ReadableEntries } from '../damage/readable-entries.ts';
import { Salvage } from '../damage/salvage.ts';
import { ArgumentError, SnapshotFormatError } from '../errors.ts';
import type { ByteSource } from '../format/byte-source.ts';
import { ByteWindow } from '../format/byte-window.ts';
import { FOOTER_BYTES } from '../format/constants.ts';
import { type ContainerHeader, readContainerHeader } from '../format/container.ts';
import type { ScratchFolder } from '../sort/scratch.ts';
import { CheckedSnapshot, type EntryRange, type SnapshotSummary } from './checked-snapshot.ts';
import { EntryReader } from './entry-reader.ts';
import { KeyFamilies } from './key-families.ts';
import { type OnRow, type Scan, scanEntries } from './scan.ts';
import { sortEntries } from './sort-entries.ts';

const SCAN_BUFFER = 1 << 20;
const HEADER_BUFFER = 1 << 11;

/** What {@link Snapshot.check} is to do. */
export interface CheckOptions {
  /** Key prefixes as byte strings; the longest match decides. */
  readonly families: readonly string[];
  /** Is given each visible row of the pass. Void when entries are out of order. */
  readonly onRow?: OnRow;
  /**
   * `passed over`: `onRow` looks at the lengths of bodies alone, so large ones need not be read, unless the file has a
   * checksum over all bytes. Default: `read`.
   */
  readonly bodies?: 'read' | 'passed over';
  /** Take the SHA-256 of the file on the way; all of it is read then. */
  readonly sha256?: boolean;
}

interface SnapshotParts {
  readonly scratch: ScratchFolder;
  readonly damage?: Damage | undefined;
  readonly closed?: () => void;
}

/** A snapshot that is open and of which nothing is known yet: {@link check} reads it, and gives its rows. */
export class Snapshot {
  readonly #bytes: ByteSource;
  readonly #scratch: ScratchFolder;
  readonly #salvage: Salvage | undefined;
  readonly #closed: (() => void) | undefined;
  /** While it is checked; its buffer is let go of then. */
  #checking: EntryReader | undefined;
  #checkedBytes = 0;
  #isBegun = false;
  #first: CheckedSnapshot | undefined;
  /** Once entries were sorted: their copy. The file itself is let go of then. */
  #sortedCopy: ByteSource | undefined;

  /** @param options `closed` is called when the snapshot is closed. */
  constructor(bytes: ByteSource, { scratch, damage, closed }: SnapshotParts) {
    this.#bytes = bytes;
    this.#scratch = scratch;
    this.#salvage = damage === undefined ? undefined : new Salvage(damage);
    this.#closed = closed;
  }

  /** Name for people. */
  get path(): string {
    return this.#bytes.name;
  }

  /** In bytes. */
  get size(): number {
    return this.#bytes.byteLength;
  }

  /** How far {@link check} has come, bytes of the file. */
  get checkedBytes(): number {
    return this.#checking?.endOffset ?? this.#checkedBytes;
  }

  /** What stands before the entries, without a look at these. Throws SnapshotFormatError. */
  header(): ContainerHeader {
    return readContainerHeader(this.#window(0, this.size, HEADER_BUFFER), this.path);
  }

  /**
   * Reads the file once from end to end and checks everything that does not depend on the meaning of keys and values: guards,
   * footer, order, versions. Entries out of order, or repeated, are sorted to scratch, and that copy is read from then on. To be
   * called once; {@link rowsOf} is for those who do not need what it says.
   *
   * @returns its rows; they can be read until the snapshot is closed.
   * @throws SnapshotFormatError with offset, ordinal and key; ArgumentError when it was called before.
   */
  check(options: CheckOptions): CheckedSnapshot {
    if (this.#isBegun)
      throw new ArgumentError(`${this.path} was checked before; check() is called once, with all families`);
    this.#isBegun = true;
    this.#first = this.#check(options);
    this.#checkedBytes = this.checkedBytes;
    this.#checking = undefined;
    return this.#first;
  }

  /**
   * The rows of some key families. The file is checked at the first call, as by {@link check}, and walked over once more when
   * families come that nobody named before.
   *
   * @throws what {@link check} throws; ArgumentError for families that come late to a snapshot that is salvaged.
   */
  rowsOf(families: readonly string[]): CheckedSnapshot {
    if (this.#first === undefined) return this.check({ families });
    this.#first = this.#first.withFamilies(families);
    return this.#first;
  }

  #check(options: CheckOptions): CheckedSnapshot {
    const families = new KeyFamilies(options.families);
    const window = this.#window(0, this.size, SCAN_BUFFER, 'with checksum');
    const header = this.#readHeader(window);
    // Nodes put both a wrapper and a footer around a payload; what encode wrote has neither.
    const hasChecksum = header.wrapperVersion !== 0;
    if (!hasChecksum) window.sumOnDemand();
    const hash = options.sha256 ? createHash('sha256') : undefined;
    if (hash !== undefined) window.feed(hash);
    const bodies = hasChecksum || hash !== undefined ? 'read' : options.bodies;
    this.#salvage?.beginCheck(new ReadableEntries((start, bytes) => this.#window(start, this.size, bytes)));
    const entries = new EntryReader(window, this.path, true, bodies, this.#salvage);
    this.#checking = entries;
    const firstEntry = window.offset;
    const scan = scanEntries(entries, header.lastCommitTs, families, options.onRow);
    if (hasChecksum && entries.footerCrc32c === undefined && !entries.isOperational)
      this.#salvage?.addCutEnd(this.path);
    this.#salvage?.endCheck();
    if (hash !== undefined) window.flush();
    const all = { start: firstEntry, end: this.size - (entries.footerCrc32c === undefined ? 0 : FOOTER_BYTES) };
    const checked = scan.ordered ? scan : this.#sortAndScan(scan, all, header, families);
    const summary: SnapshotSummary = {
      ...checked,
      ...header,
      footer: entries.footerCrc32c === undefined ? 'none' : 'ok',
      footerCrc32c: entries.footerCrc32c,
      endsInMetaRows: entries.endsInMetaRows,
      minRetainedTs: entries.minRetainedTs,
      sha256: hash?.digest('hex'),
    };
    return new CheckedSnapshot({
      path: this.path,
      bytes: this.#sortedCopy ?? this.#bytes,
      entries: scan.ordered ? all : 'sorted',
      families,
      summary,
      salvage: this.#salvage,
    });
  }

  /** Lets go of the file, and of what {@link check} gave. May be called twice. */
  close(): void {
    this.#bytes.close();
    this.#sortedCopy?.close();
    this.#closed?.();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #readHeader(window: ByteWindow): ContainerHeader {
    try {
      return readContainerHeader(window, this.path);
    } catch (error) {
      if (this.#salvage === undefined || !(error instanceof SnapshotFormatError)) throw error;
      window.sumOnDemand();
      window.seek(0);
      const header = readDamagedHeader(window);
      if (header === undefined) throw error;
      this.#salvage.damage.add(DAMAGED_HEADER, () => error.message);
      return header;
    }
  }

  #sortAndScan(scan: Scan, all: EntryRange, { lastCommitTs }: ContainerHeader, families: KeyFamilies): Scan {
    const { start, end } = all;
    // The footer was checked by the first pass.
    const again = new EntryReader(this.#window(start, end, SCAN_BUFFER), this.path, false, 'read', this.#salvage);
    const { bytes, repeated } = sortEntries(again, this.#scratch, this.#salvage);
    this.#sortedCopy = bytes;
    this.#salvage?.moveToSortedCopy();
    this.#bytes.close();
    const window = new ByteWindow({ bytes, start: 0, end: bytes.byteLength, bufferBytes: SCAN_BUFFER });
    const sorted = scanEntries(
      new EntryReader(window, this.path, false, 'read', this.#salvage),
      lastCommitTs,
      families,
    );
    return {
      ...sorted,
      entries: scan.entries,
      operational: scan.operational,
      superseded: sorted.superseded + repeated,
      damaged: scan.damaged + sorted.damaged,
    };
  }

  #window(start: number, end: number, bufferBytes: number, sums?: 'with checksum'): ByteWindow {
    return new ByteWindow({ bytes: this.#bytes, start, end, bufferBytes }, sums);
  }
}
