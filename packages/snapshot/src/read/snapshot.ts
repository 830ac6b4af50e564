import { createHash, type Hash } from 'node:crypto';
import { givenFields, givenObject } from '../arguments.ts';
import type { Damage } from '../damage/damage.ts';
import { DAMAGED_HEADER } from '../damage/damage.ts';
import { readDamagedHeader } from '../damage/damaged-header.ts';
import { ReadableEntries } from '../damage/readable-entries.ts';
import { Salvage } from '../damage/salvage.ts';
import { ArgumentError, DataError, type RowError, SnapshotFormatError } from '../errors.ts';
import type { ByteSource } from '../format/byte-source.ts';
import { ByteWindow } from '../format/byte-window.ts';
import { FOOTER_BYTES, TIMESTAMP_BYTES } from '../format/constants.ts';
import { type ContainerHeader, type ContainerMagics, readMagics, readPayloadHeader } from '../format/container.ts';
import { EntrySearch } from '../search/entry-search.ts';
import { keysThroughout } from '../search/keys-throughout.ts';
import type { ScratchFolder } from '../sort/scratch.ts';
import { readSstManifest, type SstStart } from '../sst/manifest.ts';
import { SstRowsReader } from '../sst/sst-rows.ts';
import { type KeyStretch, WantedKeys } from '../sst/wanted-keys.ts';
import { CheckedSnapshot, type EntryRange, type SnapshotSummary, withoutPlace } from './checked-snapshot.ts';
import { type EncryptedEntries, type EntryPlace, EntryReader } from './entry-reader.ts';
import { FileBytes } from './file-bytes.ts';
import { KeyFamilies } from './key-families.ts';
import { type OnRow, type OnVersion, type Scan, scanEntries } from './scan.ts';
import { sortEntries } from './sort-entries.ts';
import type { ToldDigest } from './told-digest.ts';

const SCAN_BUFFER = 1 << 20;
const HEADER_BUFFER = 1 << 11;

/** What {@link Snapshot.check} is to do. */
export interface CheckOptions {
  /** Key prefixes as byte strings; the longest match decides. */
  readonly families: readonly string[];
  /** Is given each visible row of the pass. Void when entries are out of order. */
  readonly onRow?: OnRow | undefined;
  /** Is given each version of the pass, as {@link CheckedSnapshot.versions} gives them. Void when entries are out of order, and while a snapshot is salvaged. */
  readonly onVersion?: OnVersion | undefined;
  /**
   * `passed over`: `onRow` looks at the lengths of bodies alone, so large ones need not be read, unless the file has a
   * checksum over all bytes. Default: `read`.
   */
  readonly bodies?: 'read' | 'passed over' | undefined;
  /** Take the SHA-256 of the file on the way; all of it is read then. */
  readonly sha256?: boolean | undefined;
  /**
   * `given`: entries whose body is encrypted are counted, and {@link CheckedSnapshot.versions} gives them; cursors over rows still throw at one. Default:
   * `refused`.
   */
  readonly encrypted?: EncryptedEntries | undefined;
  /** Is called now and then while rows are copied from SST files, when none is given yet. */
  readonly onProgress?: (() => void) | undefined;
}

const CHECK_OPTIONS: ReadonlyArray<keyof CheckOptions> = [
  'families',
  'onRow',
  'onVersion',
  'bodies',
  'sha256',
  'encrypted',
  'onProgress',
];

interface SnapshotParts {
  readonly scratch: ScratchFolder;
  readonly damage?: Damage | undefined;
  /** The digest that the file must have. */
  readonly told?: ToldDigest | undefined;
  /** The bytes are a part of the file. */
  readonly isNarrowed?: boolean;
  /** Of SST files: the keys that are wanted. Default: all. */
  readonly stretches?: readonly KeyStretch[] | undefined;
  readonly closed?: () => void;
}

/** A snapshot that is open and of which nothing is known yet: {@link check} reads it, and gives its rows. */
export class Snapshot {
  /** Whether nothing is read but the rows of the keys that it was opened for. */
  readonly isNarrowed: boolean;
  readonly #bytes: ByteSource;
  readonly #scratch: ScratchFolder;
  readonly #salvage: Salvage | undefined;
  readonly #told: ToldDigest | undefined;
  readonly #closed: (() => void) | undefined;
  readonly #stretches: readonly KeyStretch[] | undefined;
  /** Says how far the check has come; there once it was begun. */
  #checkedBytes: (() => number) | undefined;
  #first: CheckedSnapshot | undefined;
  /** Once entries were sorted, or rows taken from SST files: their copy. The file itself is let go of then. */
  #copy: ByteSource | undefined;

  /** @param options `closed` is called when the snapshot is closed. */
  constructor(bytes: ByteSource, { scratch, damage, told, isNarrowed = false, stretches, closed }: SnapshotParts) {
    this.isNarrowed = isNarrowed;
    this.#bytes = bytes;
    this.#scratch = scratch;
    this.#salvage = damage === undefined ? undefined : new Salvage(damage);
    this.#told = told;
    this.#closed = closed;
    this.#stretches = stretches;
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
    return this.#checkedBytes?.() ?? 0;
  }

  /** What stands before the entries, without a look at these. Throws SnapshotFormatError. */
  header(): ContainerHeader {
    const window = this.#window(0, this.size, HEADER_BUFFER);
    const magics = readMagics(window, this.path);
    if (magics.form === 'entries') return readPayloadHeader(window, this.path, magics);
    return sstHeader(magics, readSstManifest(window, this.path));
  }

  /**
   * Keys, without their versions, that stand next to some encoded keys or to where these would stand; found by a search. Nothing in what holds no entries in
   * order. For messages that say what is there. Throws EnvironmentError, SnapshotFormatError for what cannot be read.
   */
  keysAround(keys: readonly Buffer[]): Buffer[] {
    const start = this.#startOfEntries();
    if (typeof start === 'number') return around(new EntrySearch(this.#bytes, start), keys);
    return keys.flatMap((key) => this.#keysAroundInSstFiles(start, key));
  }

  /** In the block in which the key would be. */
  #keysAroundInSstFiles(start: SstStart, key: Buffer): Buffer[] {
    const wanted = new WantedKeys([{ start: key, end: Buffer.concat([key, ZERO]) }]);
    const input = { bytes: this.#bytes, start, scratch: this.#scratch, damage: undefined, hash: undefined };
    const { entries } = new SstRowsReader({ ...input, wanted }).read(undefined);
    const copy = new FileBytes({ fd: entries.fd, size: entries.size, ownership: 'owned' }, entries.path);
    try {
      return around(new EntrySearch(copy, 0), [key]);
    } finally {
      copy.close();
    }
  }

  /**
   * Some of the keys, without their versions, that stand throughout the entries of each key family; found by a search, for who must know what there may be
   * before the check. None of SST files. Throws EnvironmentError, and SnapshotFormatError for a header that cannot be read.
   */
  keysThroughout(families: readonly string[]): Iterable<Buffer> {
    const start = this.#startOfEntries();
    return typeof start === 'number' ? keysThroughout(this.#bytes, start, families) : [];
  }

  /** Their place, or the SST files that hold them. */
  #startOfEntries(): number | SstStart {
    const window = this.#window(0, this.size, HEADER_BUFFER);
    const magics = readMagics(window, this.path);
    if (magics.form !== 'entries') return readSstManifest(window, this.path);
    readPayloadHeader(window, this.path, magics);
    return window.offset;
  }

  /**
   * Reads the file once from end to end and checks everything that does not depend on the meaning of keys and values: guards,
   * footer, order, versions. Entries out of order, or repeated, are sorted to scratch, rows of SST files are copied there, and that
   * copy is read from then on. To be called once; {@link rowsOf} is for those who do not need what it says.
   *
   * @returns its rows; they can be read until the snapshot is closed.
   * @throws SnapshotFormatError with offset, ordinal and key; DataError for another digest than that of the sidecar, when the snapshot
   *   was opened to be verified; ArgumentError when it was called before.
   */
  check(options: CheckOptions): CheckedSnapshot {
    if (this.#checkedBytes !== undefined)
      throw new ArgumentError(`${this.path} was checked before; check() is called once, with all families`);
    this.#checkedBytes = () => 0;
    this.#first = this.#check(options);
    // What counted until now holds a buffer.
    const checked = this.checkedBytes;
    this.#checkedBytes = () => checked;
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
    givenFields(givenObject(options, 'the options of check()'), CHECK_OPTIONS, 'check()', 'option');
    return this.#isOfSstFiles() ? this.#checkSstFiles(options) : this.#checkEntries(options);
  }

  #isOfSstFiles(): boolean {
    try {
      return readMagics(this.#window(0, this.size, HEADER_BUFFER), this.path).form === 'SST files';
    } catch (error) {
      // One that is salvaged may still be found to have entries.
      if (this.#salvage === undefined || !(error instanceof SnapshotFormatError)) throw error;
      return false;
    }
  }

  #checkEntries(options: CheckOptions): CheckedSnapshot {
    const families = new KeyFamilies(options.families);
    const window = this.#window(0, this.size, SCAN_BUFFER, 'with checksum');
    const header = this.#readHeader(window);
    // Nodes put both a wrapper and a footer around a payload; what encode wrote has neither.
    const hasChecksum = header.wrapperVersion !== 0 && !this.isNarrowed;
    if (!hasChecksum) window.sumOnDemand();
    const hash = options.sha256 || this.#told !== undefined ? createHash('sha256') : undefined;
    if (hash !== undefined) window.feed(hash);
    const bodies = hasChecksum || hash !== undefined ? 'read' : options.bodies;
    this.#salvage?.beginCheck(new ReadableEntries((start, bytes) => this.#window(start, this.size, bytes)));
    const place = this.isNarrowed ? 'copy' : 'file';
    const entries = new EntryReader(window, this.path, place, bodies, this.#salvage, options.encrypted);
    this.#checkedBytes = () => entries.endOffset;
    const firstEntry = window.offset;
    const scan = scanEntries(entries, header.lastCommitTs, families, options);
    if (hasChecksum && entries.footerCrc32c === undefined && !entries.isOperational)
      this.#salvage?.addCutEnd(this.path);
    this.#salvage?.endCheck();
    if (hash !== undefined) window.flush();
    const sha256 = hash?.digest('hex');
    this.#compareDigest(sha256);
    if (this.isNarrowed && !scan.ordered) throw outOfOrder(this.path);
    const all = { start: firstEntry, end: this.size - (entries.footerCrc32c === undefined ? 0 : FOOTER_BYTES) };
    const checked = scan.ordered ? scan : this.#sortAndScan(scan, all, header, families, options.encrypted);
    const summary: SnapshotSummary = {
      ...checked,
      ...header,
      form: 'entries',
      footer: entries.footerCrc32c === undefined ? 'none' : 'ok',
      footerCrc32c: entries.footerCrc32c,
      endsInMetaRows: entries.endsInMetaRows,
      sha256,
      minRetainedTs: entries.minRetainedTs,
      firstEncrypted: entries.firstEncrypted,
    };
    return this.#checked(summary, scan.ordered ? all : 'copied', families);
  }

  /** The rows of SST files are copied first, and that copy is read from then on. */
  #checkSstFiles(options: CheckOptions): CheckedSnapshot {
    const families = new KeyFamilies(options.families);
    const hash = options.sha256 || this.#told !== undefined ? createHash('sha256') : undefined;
    const { header, footerCrc32c, bytes } = this.#copySstRows(hash, options.onProgress);
    const sha256 = hash?.digest('hex');
    this.#compareDigest(sha256);
    const all = { start: 0, end: bytes.byteLength };
    this.#salvage?.beginCheck(
      new ReadableEntries((start, bufferBytes) => new ByteWindow({ bytes, start, end: bytes.byteLength, bufferBytes })),
    );
    const window = new ByteWindow({ bytes, ...all, bufferBytes: SCAN_BUFFER });
    const entries = new EntryReader(window, this.path, 'copy', options.bodies, this.#salvage, options.encrypted);
    const scan = scanEntries(entries, header.lastCommitTs, families, options);
    this.#salvage?.endCheck();
    const summary: SnapshotSummary = {
      ...scan,
      ...header,
      form: 'SST files',
      footer: footerCrc32c === undefined ? 'none' : 'ok',
      footerCrc32c,
      endsInMetaRows: entries.endsInMetaRows,
      sha256,
      minRetainedTs: entries.minRetainedTs,
      firstEncrypted: entries.firstEncrypted,
    };
    return this.#checked(summary, 'copied', families);
  }

  #copySstRows(hash: Hash | undefined, onProgress: (() => void) | undefined) {
    const window = this.#window(0, this.size, HEADER_BUFFER);
    const magics = readMagics(window, this.path);
    const damage = this.#salvage?.damage;
    const start = readSstManifest(
      window,
      this.path,
      damage && ((error) => damage.add(DAMAGED_HEADER, () => error.message)),
    );
    const wanted = this.#stretches && new WantedKeys(this.#stretches);
    const reader = new SstRowsReader({ bytes: this.#bytes, start, scratch: this.#scratch, damage, hash, wanted });
    this.#checkedBytes = () => reader.offset;
    const { entries, footerCrc32c } = reader.read(onProgress);
    const { fd, path, size } = entries;
    const bytes = new FileBytes({ fd, size, ownership: 'owned' }, path);
    this.#copy = bytes;
    this.#salvage?.moveToCopy();
    this.#bytes.close();
    return { header: sstHeader(magics, start), footerCrc32c, bytes };
  }

  #checked(summary: SnapshotSummary, entries: EntryRange | 'copied', families: KeyFamilies): CheckedSnapshot {
    const bytes = this.#copy ?? this.#bytes;
    const located = this.isNarrowed ? (error: RowError) => withoutPlace(this.path, error) : undefined;
    const parts = { path: this.path, bytes, entries, families, summary, salvage: this.#salvage };
    return new CheckedSnapshot({ ...parts, ...(located && { located }) });
  }

  #compareDigest(sha256: string | undefined): void {
    if (this.#told === undefined || this.#told.sha256 === sha256) return;
    throw new DataError(
      `${this.path} has the SHA-256 ${sha256}, ${this.#told.by} says ${this.#told.sha256}: it is not the file that was written, so it may have been cut or changed; copy it again`,
    );
  }

  /** Lets go of the file, and of what {@link check} gave. May be called twice. */
  close(): void {
    this.#bytes.close();
    this.#copy?.close();
    this.#closed?.();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #readHeader(window: ByteWindow): ContainerHeader {
    try {
      return readPayloadHeader(window, this.path, readMagics(window, this.path));
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

  #sortAndScan(
    scan: Scan,
    all: EntryRange,
    { lastCommitTs }: ContainerHeader,
    families: KeyFamilies,
    encrypted: EncryptedEntries | undefined,
  ): Scan {
    const { start, end } = all;
    const reader = (window: ByteWindow, place: EntryPlace) =>
      new EntryReader(window, this.path, place, 'read', this.#salvage, encrypted);
    // The footer was checked by the first pass.
    const again = reader(this.#window(start, end, SCAN_BUFFER), 'part');
    const { bytes, repeated } = sortEntries(again, this.#scratch, this.#salvage);
    this.#copy = bytes;
    this.#salvage?.moveToCopy();
    this.#bytes.close();
    const window = new ByteWindow({ bytes, start: 0, end: bytes.byteLength, bufferBytes: SCAN_BUFFER });
    const sorted = scanEntries(reader(window, 'copy'), lastCommitTs, families);
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

const ZERO = Buffer.alloc(1);

function around(search: EntrySearch, keys: readonly Buffer[]): Buffer[] {
  return keys.flatMap((key) => search.around(key)).map((key) => key.subarray(0, key.length - TIMESTAMP_BYTES));
}

/** A search in it may have missed what it looked for. */
function outOfOrder(path: string): SnapshotFormatError {
  return new SnapshotFormatError(`${path}: the entries are not in order, so all of them must be read to find some`, {
    offset: 0,
    ordinal: 0,
    isDamage: false,
  });
}

function sstHeader({ version, ceiling }: ContainerMagics, { manifest }: SstStart): ContainerHeader {
  return { wrapperVersion: version, clockCeilingMs: ceiling, lastCommitTs: manifest.lastCommitTs };
}
