import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { DAMAGED_HEADER, DAMAGED_ROWS, type Damage, type DamageKind } from '../damage/damage.ts';
import { readDamagedHeader } from '../damage/damaged-header.ts';
import { ReadableEntries } from '../damage/readable-entries.ts';
import { Salvage } from '../damage/salvage.ts';
import { EnvironmentError, environmentError, RowError, SnapshotFormatError } from '../errors.ts';
import { ByteWindow } from '../format/byte-window.ts';
import { type ContainerHeader, readContainerHeader } from '../format/container.ts';
import { FOOTER_BYTES } from '../format/layout.ts';
import { printable } from '../printable.ts';
import type { ScratchFolder } from '../sort/scratch.ts';
import { EntryReader } from './entry-reader.ts';
import { KeyFamilies } from './key-families.ts';
import { RowCursor } from './row-cursor.ts';
import type { RowSource, RowsOptions } from './row-source.ts';
import { type OnRow, type Scan, scanEntries } from './scan.ts';
import { sortEntries } from './sort-entries.ts';
import { spoolToScratch } from './spool.ts';

const SCAN_BUFFER = 1 << 20;
const HEADER_BUFFER = 1 << 11;
const CURSOR_BUFFER = 1 << 18;
/** Small: behind each key that was read the rest of the buffer may be body. */
const KEYS_BUFFER = 1 << 16;

/** What one pass over a snapshot file tells; docs/format/01-snapshot.md, section 7.5. */
export interface SnapshotSummary extends Scan, ContainerHeader {
  /** `none` also where a damaged file has none that matches. */
  readonly footer: 'ok' | 'none';
  readonly footerCrc32c: number | undefined;
  /**
   * Whether the node's own rows came (docs/format/01-snapshot.md, section 4), and no row of a family behind them. A file of a
   * node that has neither them nor a footer was cut.
   */
  readonly endsInMetaRows: boolean;
  /** SHA-256 of the file, 64 lower-case hex digits; when it was asked for. */
  readonly sha256: string | undefined;
}

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

/** What a snapshot is opened with. */
export interface OpenSnapshotOptions {
  /** For input that cannot be read twice and for entries out of order. The caller removes it. */
  readonly scratch: ScratchFolder;
  /** The file, when it is open already: it is read in place of the path, and stays open when the snapshot is closed. */
  readonly fd?: number;
  /**
   * For a file that is salvaged: takes what is wrong with it, and that is left out. Without it a damaged file is refused.
   * docs/format/01-snapshot.md, section 5.1.
   */
  readonly damage?: Damage | undefined;
}

/**
 * Opens a snapshot file of any of the four shapes (docs/format/01-snapshot.md, section 1); `-` is standard input. A
 * pipe is spooled to scratch first. The file stays open, so it may be deleted or replaced while it is read.
 * Throws EnvironmentError when it cannot be read.
 */
export function openSnapshot(path: string, options: OpenSnapshotOptions): Snapshot {
  const { scratch } = options;
  const name = path === '-' ? 'standard input' : path;
  const fd = options.fd ?? (path === '-' ? 0 : open(path));
  const ownership = options.fd === undefined && fd !== 0 ? 'owned' : 'lent';
  let isKept = ownership === 'lent';
  try {
    const stat = fstatSync(fd);
    if (stat.isDirectory()) {
      throw new EnvironmentError(`cannot read ${name}: it is a folder; name the snapshot file in it`);
    }
    if (!stat.isFile()) {
      return new Snapshot({ ...spoolToScratch(fd, name, scratch), ownership: 'owned' }, name, options);
    }
    isKept = true;
    return new Snapshot({ fd, ownership, size: stat.size }, name, options);
  } finally {
    if (!isKept) closeSync(fd);
  }
}

interface OpenFile {
  readonly fd: number;
  readonly size: number;
  /** Who closes it. */
  readonly ownership: 'owned' | 'lent';
}

function open(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw environmentError(error, 'read', path);
  }
}

/** Part of the file that holds the entries of a family, versions and deletions included. */
interface FileRange {
  start: number;
  end: number;
}

/**
 * A snapshot file. {@link check} reads it once from end to end; after that {@link rows} walks over the rows of a key
 * family as often as needed, any number of them side by side.
 */
export class Snapshot implements RowSource {
  readonly path: string;
  readonly #scratch: ScratchFolder;
  readonly #salvage: Salvage | undefined;
  #fd: number;
  #ownership: OpenFile['ownership'];
  #size: number;
  #families: KeyFamilies | undefined;
  #ranges: readonly FileRange[] = [];
  #summary: SnapshotSummary | undefined;
  #firstEntry = 0;
  #entriesEnd = 0;
  #isSortedCopy = false;
  #checking: EntryReader | undefined;
  #rowsRead: Float64Array = new Float64Array(1);

  constructor(file: OpenFile, path: string, { scratch, damage }: OpenSnapshotOptions) {
    this.path = path;
    this.#fd = file.fd;
    this.#ownership = file.ownership;
    this.#size = file.size;
    this.#scratch = scratch;
    this.#salvage = damage === undefined ? undefined : new Salvage(damage);
  }

  /** Of a file that is salvaged: what is left out of it. */
  get damage(): Damage | undefined {
    return this.#salvage?.damage;
  }

  /**
   * Leaves the row that an error is about out of all further walks, and counts it, when the file is salvaged. Throws every
   * other error on, and all of them when it is not.
   *
   * @param kind what is lost with the row. Default: the row itself.
   */
  leaveOut(error: unknown, kind: DamageKind = DAMAGED_ROWS): void {
    if (this.#salvage === undefined || !(error instanceof RowError)) throw error;
    this.#salvage.addRow(error, kind);
  }

  /** Runs a check of a row; what it throws is given to {@link leaveOut}. */
  attempt(check: () => void, kind?: DamageKind): void {
    try {
      check();
    } catch (error) {
      this.leaveOut(error, kind);
    }
  }

  /** Bytes of the file; after {@link check} perhaps those of a sorted copy. */
  get size(): number {
    return this.#size;
  }

  /** How far {@link check} has come, bytes of the file. */
  get checkedBytes(): number {
    return this.#checking?.endOffset ?? 0;
  }

  /** Counts the rows that cursors give from now on, all together, in an element of somebody else's memory. */
  countRowsIn(cell: Float64Array): void {
    this.#rowsRead = cell;
  }

  /**
   * Checks everything that does not depend on the meaning of keys and values: guards, footer, order, versions. Entries
   * out of order, or repeated, are sorted to scratch, and from then on that copy is read.
   *
   * Throws SnapshotFormatError with offset, ordinal and key.
   */
  check(options: CheckOptions): SnapshotSummary {
    this.#families = new KeyFamilies(options.families);
    const window = this.#window(0, this.#size, SCAN_BUFFER, true);
    const header = this.#readHeader(window);
    // Nodes put both a wrapper and a footer around a payload; what encode wrote has neither.
    const hasChecksum = header.wrapperVersion !== 0;
    if (!hasChecksum) window.sumOnDemand();
    const hash = options.sha256 ? createHash('sha256') : undefined;
    if (hash !== undefined) window.feed(hash);
    const bodies = hasChecksum || hash !== undefined ? 'read' : options.bodies;
    this.#salvage?.beginCheck(new ReadableEntries((start, bytes) => this.#window(start, this.#size, bytes, false)));
    const entries = new EntryReader(window, this.path, true, bodies, this.#salvage);
    this.#checking = entries;
    this.#firstEntry = window.offset;
    const scan = scanEntries(entries, header.lastCommitTs, this.#families, options.onRow);
    this.#entriesEnd = entries.footerCrc32c === undefined ? this.#size : this.#size - FOOTER_BYTES;
    if (hasChecksum && entries.footerCrc32c === undefined && !entries.isOperational)
      this.#salvage?.addCutEnd(this.path);
    this.#salvage?.endCheck();
    if (hash !== undefined) window.flush();
    const checked = scan.ordered ? scan : this.#sortAndScan(scan, header);
    this.#ranges = checked.ranges;
    this.#summary = {
      ...checked,
      ...header,
      footer: entries.footerCrc32c === undefined ? 'none' : 'ok',
      footerCrc32c: entries.footerCrc32c,
      endsInMetaRows: entries.endsInMetaRows,
      sha256: hash?.digest('hex'),
    };
    return this.#summary;
  }

  /** What stands before the entries, without a look at these. Throws SnapshotFormatError. */
  header(): ContainerHeader {
    return readContainerHeader(this.#window(0, this.#size, HEADER_BUFFER, false), this.path);
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

  /** The timestamp in the header. After {@link check}. */
  get lastCommitTs(): bigint {
    return this.#summary!.lastCommitTs;
  }

  /** The rows of a family that are visible at the snapshot's timestamp, ascending by encoded key. After {@link check}. */
  rows(prefix: string, options: RowsOptions = {}): RowCursor {
    const family = this.#family(prefix);
    const range = this.#ranges[family]!;
    const { from = range.start, bodies = 'read' } = options;
    const bufferBytes = bodies === 'read' ? CURSOR_BUFFER : KEYS_BUFFER;
    const window = this.#window(from, range.end, bufferBytes, false);
    const entries = new EntryReader(window, this.path, false, bodies, this.#salvage);
    return new RowCursor(entries, this.#families!, family, {
      lastCommitTs: this.#summary!.lastCommitTs,
      read: this.#rowsRead,
      salvage: this.#salvage,
    });
  }

  /** Fills `into` with what stands in the file from an offset on, such as a body that its cursor passed over. */
  readAt(offset: number, into: Uint8Array): void {
    for (let filled = 0; filled < into.length; ) {
      const read = this.#read(offset + filled, into, filled);
      if (read === 0) throw new EnvironmentError(`${this.path} became shorter while it was read`);
      filled += read;
    }
  }

  /** Whether the family was named to {@link check}; of others there is nothing to be had. */
  knows(prefix: string): boolean {
    return this.#families?.prefixes.includes(prefix) ?? false;
  }

  /** How many rows {@link rows} gives. */
  count(prefix: string): number {
    return this.#summary!.families.get(this.#families!.prefixes[this.#family(prefix)]!) ?? 0;
  }

  /**
   * What a row that an adapter refused means to a reader of the file: its path and ordinal are looked up. Of entries that
   * were sorted first only the key can be told.
   */
  located(error: RowError): SnapshotFormatError {
    const { offset, key, rule } = error;
    const ordinal = this.#isSortedCopy ? 0 : this.#ordinalAt(offset);
    const place = this.#isSortedCopy ? 'entry' : `entry ${ordinal} at offset ${offset},`;
    const message = `${this.path}: ${place} key ${printable(key)}: ${rule}`;
    return new SnapshotFormatError(message, { offset: this.#isSortedCopy ? 0 : offset, ordinal, key });
  }

  close(): void {
    if (this.#fd !== -1 && this.#ownership === 'owned') closeSync(this.#fd);
    this.#fd = -1;
  }

  #read(offset: number, into: Uint8Array, filled: number): number {
    try {
      return readSync(this.#fd, into, filled, into.length - filled, offset);
    } catch (error) {
      throw environmentError(error, 'read', this.path);
    }
  }

  #family(prefix: string): number {
    const family = this.#families?.prefixes.indexOf(prefix) ?? -1;
    if (family === -1) throw new RangeError(`the key family ${prefix} was not named to check()`);
    return family;
  }

  #ordinalAt(offset: number): number {
    const entries = this.#entriesAgain();
    while (entries.next() && entries.offset < offset);
    return entries.ordinal;
  }

  /** All entries of the file as it is, once more: the footer was checked by the first pass. */
  #entriesAgain(): EntryReader {
    const window = this.#window(this.#firstEntry, this.#entriesEnd, SCAN_BUFFER, false);
    return new EntryReader(window, this.path, false, 'read', this.#salvage);
  }

  #sortAndScan(scan: Scan, header: ContainerHeader): Scan {
    const sorted = sortEntries(this.#entriesAgain(), this.#scratch, this.#salvage);
    this.#salvage?.moveToSortedCopy();
    this.close();
    this.#fd = sorted.fd;
    this.#ownership = 'owned';
    this.#isSortedCopy = true;
    this.#size = sorted.size;
    const window = this.#window(0, sorted.size, SCAN_BUFFER, false);
    const entries = new EntryReader(window, this.path, false, 'read', this.#salvage);
    const again = scanEntries(entries, header.lastCommitTs, this.#families!);
    return {
      ...again,
      entries: scan.entries,
      operational: scan.operational,
      superseded: again.superseded + sorted.repeated,
      damaged: scan.damaged + again.damaged,
    };
  }

  #window(start: number, end: number, bufferBytes: number, checksum: boolean): ByteWindow {
    return new ByteWindow({ fd: this.#fd, path: this.path, start, end, bufferBytes }, checksum);
  }
}
