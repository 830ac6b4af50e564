import { DAMAGED_ROWS, type Damage, type DamageKind } from '../damage/damage.ts';
import type { Salvage } from '../damage/salvage.ts';
import { ArgumentError, RowError, SnapshotFormatError } from '../errors.ts';
import type { ByteSource } from '../format/byte-source.ts';
import { ByteWindow } from '../format/byte-window.ts';
import type { ContainerHeader, SnapshotForm } from '../format/container.ts';
import { readExactly } from '../format/read-exactly.ts';
import { printable } from '../printable.ts';
import { keysThroughout } from '../search/keys-throughout.ts';
import { type EncryptedEntries, EntryReader } from './entry-reader.ts';
import { KeyFamilies } from './key-families.ts';
import { NO_FAMILY, RowCursor, type TakesRow } from './row-cursor.ts';
import type { RowSource, RowsOptions } from './row-source.ts';
import { type Scan, scanEntries } from './scan.ts';
import { VersionWalk } from './version-walk.ts';

const ENTRIES_BUFFER = 1 << 20;
const CURSOR_BUFFER = 1 << 18;
/** Small: after each key that was read the rest of the buffer may be body. */
const KEYS_BUFFER = 1 << 16;

/** What one pass over a snapshot file says; docs/format/01-snapshot.md, section 7.5. */
export interface SnapshotSummary extends Scan, ContainerHeader {
  /** SST files say themselves what belongs to them: a file of them that was checked is whole without a footer too. */
  readonly form: SnapshotForm;
  /** `none` also where a damaged file has none that matches. */
  readonly footer: 'ok' | 'none';
  readonly footerCrc32c: number | undefined;
  /**
   * Whether the node's own rows came (docs/format/01-snapshot.md, section 4), and no row of a family after them. A file of a
   * node that has neither them nor a footer was cut.
   */
  readonly endsInMetaRows: boolean;
  /**
   * The lowest timestamp that the rows can be read at, as the node says: of older moments it dropped versions. `undefined` when it
   * says nothing, so that all versions are there.
   */
  readonly minRetainedTs: bigint | undefined;
  /** What is said of the first entry that is encrypted, where such are given. */
  readonly firstEncrypted?: SnapshotFormatError | undefined;
  /** SHA-256 of the file, 64 lower-case hex digits; when it was asked for. */
  readonly sha256: string | undefined;
}

/** A part of the file, in bytes from its start. */
export interface EntryRange {
  readonly start: number;
  readonly end: number;
}

/** What the pass over a snapshot found. */
interface CheckedBytes {
  /** Name for people, of the file that was checked. */
  readonly path: string;
  /** Where the rows stand: the file, or a copy: of entries that were sorted, or of the rows of SST files. */
  readonly bytes: ByteSource;
  /** Where all entries of the file stand; `copied` when `bytes` is a copy, whose offsets say nothing to a reader of the file. */
  readonly entries: EntryRange | 'copied';
  readonly families: KeyFamilies;
  readonly summary: SnapshotSummary;
  readonly salvage: Salvage | undefined;
  /** Of bytes that stand in several files: which of them a row is in. Default: all are in the file `path`. */
  readonly located?: (error: RowError) => SnapshotFormatError;
  /** Which of the visible rows are given. Default: all. */
  readonly takes?: TakesRow | undefined;
}

/** How the entries of a snapshot are walked over. */
export interface EntriesOptions {
  /** Of one family, and of the longer ones in it. Default: all entries. */
  readonly family?: string;
  /** `passed over`: of a value only its header is read. Default: `read`. */
  readonly bodies?: 'read' | 'passed over';
  /** Default: 1 MiB. */
  readonly bufferBytes?: number;
}

/** Of rows that stand elsewhere than in the file, or in a part of it: only the key can be said. */
export function withoutPlace(path: string, { key, rule }: RowError): SnapshotFormatError {
  return new SnapshotFormatError(`${path}: entry key ${printable(key)}: ${rule}`, { offset: 0, ordinal: 0, key });
}

/**
 * The rows of a snapshot that was checked: by key family, as often as needed, any number of walks side by side. Made by
 * {@link Snapshot.check}; its life is that of the snapshot.
 */
export class CheckedSnapshot implements RowSource {
  readonly path: string;
  readonly summary: SnapshotSummary;
  readonly #bytes: ByteSource;
  readonly #entries: CheckedBytes['entries'];
  readonly #families: KeyFamilies;
  readonly #salvage: Salvage | undefined;
  readonly #located: CheckedBytes['located'];
  readonly #takes: TakesRow | undefined;
  #rowsRead: Float64Array = new Float64Array(1);

  constructor({ path, bytes, entries, families, summary, salvage, located, takes }: CheckedBytes) {
    this.path = path;
    this.summary = summary;
    this.#bytes = bytes;
    this.#entries = entries;
    this.#families = families;
    this.#salvage = salvage;
    this.#located = located;
    this.#takes = takes;
  }

  /** This one when it knows all of the families, otherwise one that knows these too. */
  withFamilies(families: readonly string[]): CheckedSnapshot {
    if (families.every((family) => this.knows(family))) return this;
    if (this.#salvage !== undefined)
      throw new ArgumentError(`${this.path} is salvaged in one walk: name all families to check()`);
    const all = new KeyFamilies([...new Set([...this.#families.prefixes, ...families])]);
    const scan = scanEntries(this.entries(), this.lastCommitTs, all);
    const { ranges, families: counts, unknown, newerThanHeader } = scan;
    return new CheckedSnapshot({
      path: this.path,
      bytes: this.#bytes,
      entries: this.#entries,
      families: all,
      summary: { ...this.summary, ranges, families: counts, unknown, newerThanHeader },
      salvage: undefined,
      ...(this.#located && { located: this.#located }),
    });
  }

  /**
   * The same with some of its visible rows alone. {@link entries} gives all as before.
   *
   * @param takes is asked of each visible row, in any order and any number of times.
   * @param counts what of the summary is another then: rows of families, by family, and unknown ones.
   */
  only(takes: TakesRow, counts: Pick<SnapshotSummary, 'families' | 'unknown'>): CheckedSnapshot {
    return new CheckedSnapshot({
      path: this.path,
      bytes: this.#bytes,
      entries: this.#entries,
      families: this.#families,
      summary: { ...this.summary, ...counts },
      salvage: this.#salvage,
      takes,
      ...(this.#located && { located: this.#located }),
    });
  }

  /** Where all entries of the file stand; `copied` when a copy of them is read, whose offsets say nothing to a reader of the file. */
  get place(): EntryRange | 'copied' {
    return this.#entries;
  }

  /** The timestamp in the header. */
  get lastCommitTs(): bigint {
    return this.summary.lastCommitTs;
  }

  get damage(): Damage | undefined {
    return this.#salvage?.damage;
  }

  /** Counts the rows that cursors give from now on, all together, in an element of somebody else's memory. */
  countRowsIn(cell: Float64Array): void {
    this.#rowsRead = cell;
  }

  rows(prefix: string, options: RowsOptions = {}): RowCursor {
    const family = this.#family(prefix);
    const range = this.summary.ranges[family]!;
    const { from = range.start, bodies = 'read' } = options;
    const bufferBytes = bodies === 'read' ? CURSOR_BUFFER : KEYS_BUFFER;
    const window = new ByteWindow({ bytes: this.#bytes, start: from, end: range.end, bufferBytes });
    const entries = new EntryReader(window, this.path, 'part', bodies, this.#salvage);
    return new RowCursor(entries, this.#families, family, {
      lastCommitTs: this.lastCommitTs,
      read: this.#rowsRead,
      salvage: this.#salvage,
      takes: this.#takes,
    });
  }

  /** The visible rows that are in no family, ascending by encoded key; all entries are walked over for them. */
  unclaimedRows(): RowCursor {
    return new RowCursor(this.entries(), this.#families, NO_FAMILY, {
      lastCommitTs: this.lastCommitTs,
      read: new Float64Array(1),
      salvage: this.#salvage,
      takes: this.#takes,
    });
  }

  /** All versions, deletions too, ascending by encoded key, whether they are visible or not. */
  entries(options: EntriesOptions = {}): EntryReader {
    return this.#entriesOf(options, 'refused');
  }

  /** As {@link entries}, with what became of each, encrypted ones too. Of bodies only the length and the beginning are there. */
  versions({ family }: Pick<EntriesOptions, 'family'> = {}): VersionWalk {
    const entries = this.#entriesOf({ ...(family !== undefined && { family }), bodies: 'passed over' }, 'given');
    return new VersionWalk(entries, this.#families, { lastCommitTs: this.lastCommitTs, salvage: this.#salvage });
  }

  /** Some of the keys, without their versions, that stand throughout the entries of each of its families; found by a search. */
  keysThroughout(): Iterable<Buffer> {
    const begin = this.#entries === 'copied' ? 0 : this.#entries.start;
    return keysThroughout(this.#bytes, begin, this.#families.prefixes);
  }

  #entriesOf(
    { family, bodies = 'read', bufferBytes = ENTRIES_BUFFER }: EntriesOptions,
    encrypted: EncryptedEntries,
  ): EntryReader {
    const all = this.#entries === 'copied' ? { start: 0, end: this.#bytes.byteLength } : this.#entries;
    const { start, end } = family === undefined ? all : this.summary.ranges[this.#family(family)]!;
    const window = new ByteWindow({ bytes: this.#bytes, start, end, bufferBytes });
    return new EntryReader(window, this.path, 'part', bodies, this.#salvage, encrypted);
  }

  count(prefix: string): number {
    return this.summary.families.get(this.#families.prefixes[this.#family(prefix)]!) ?? 0;
  }

  knows(prefix: string): boolean {
    return this.#families.prefixes.includes(prefix);
  }

  readAt(offset: number, into: Uint8Array): void {
    readExactly(this.#bytes, offset, into, this.path);
  }

  leaveOut(error: unknown, kind: DamageKind = DAMAGED_ROWS): void {
    if (this.#salvage === undefined || !(error instanceof RowError)) throw error;
    this.#salvage.addRow(error, kind);
  }

  attempt(check: () => void, kind?: DamageKind): void {
    try {
      check();
    } catch (error) {
      this.leaveOut(error, kind);
    }
  }

  /**
   * What a row that an adapter refused means to a reader of the file: its path and ordinal are looked up. Of entries that
   * were copied first only the key can be said.
   */
  located(error: RowError): SnapshotFormatError {
    if (this.#located !== undefined) return this.#located(error);
    const { offset, key, rule } = error;
    if (this.#entries === 'copied') return withoutPlace(this.path, error);
    const ordinal = this.#ordinalAt(offset, this.#entries);
    const message = `${this.path}: entry ${ordinal} at offset ${offset}, key ${printable(key)}: ${rule}`;
    return new SnapshotFormatError(message, { offset, ordinal, key });
  }

  #family(prefix: string): number {
    const family = this.#families.prefixes.indexOf(prefix);
    if (family === -1) throw new RangeError(`the key family ${prefix} was not named to check()`);
    return family;
  }

  #ordinalAt(offset: number, { start, end }: EntryRange): number {
    const window = new ByteWindow({ bytes: this.#bytes, start, end, bufferBytes: ENTRIES_BUFFER });
    const entries = new EntryReader(window, this.path, 'part', 'read', this.#salvage);
    while (entries.next() && entries.offset < offset);
    return entries.ordinal;
  }
}
