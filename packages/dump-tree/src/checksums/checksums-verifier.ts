import {
  DataError,
  EnvironmentError,
  ExternalSorter,
  type ScratchFolder,
  SIDE_SORT_BYTES,
  type SortedRows,
} from '@ekv/snapshot';
import { fileDigest } from '../files/file-digest.ts';
import type { ReadDigests } from '../input/input-tree.ts';
import type { TreeFile, TreeSource } from '../input/tree-source.ts';
import { CHECKSUMS_NAME, MANIFEST_NAME } from './checksums.ts';
import { type ChecksumsReport, Findings } from './checksums-report.ts';
import { ChecksumsRows } from './checksums-rows.ts';
import { TickedList } from './ticked-list.ts';

const DIGEST_BYTES = 32;
/** Of each kind of finding. */
const EXAMPLES = 3;

/** Where a digest comes from: first byte of the payload of a row, the digest follows. */
const READ = 0;
const LISTED = 1;
const PAYLOAD_BYTES = 1 + DIGEST_BYTES;

/** What is asked for CHECKSUMS, and for the files that it lists and nobody has read. */
export type ListedTree = Pick<TreeSource, 'display' | 'openOptional'>;

/**
 * Compares the files of a tree with its CHECKSUMS while they are read for something else. An InputTree that is made with
 * it tells it the digest of each file; at the end these meet the rows of CHECKSUMS in an external sort by path, but for those that
 * were ticked off on the way ({@link ChecksumsVerifier.follow}), so memory is bounded. docs/format/02-dump-tree.md, sections 4.2 and 10, row 5.
 */
export class ChecksumsVerifier implements ReadDigests {
  readonly #sorter: ExternalSorter;
  #followed: TickedList | undefined;

  constructor(scratch: ScratchFolder, arenaBytes = SIDE_SORT_BYTES) {
    this.#sorter = new ExternalSorter({ scratch, arenaBytes });
  }

  /**
   * Goes along with CHECKSUMS from now on: a file that is as its row says takes no part in the sort. To be called before the first
   * {@link add}, when files are read nearly in the order of their paths; what {@link finish} gives does not depend on it.
   *
   * @returns how many files the list has, by top-level folder; nothing is checked for it, and what cannot be read has none.
   */
  follow(tree: ListedTree): ReadonlyMap<string, number> {
    let file: TreeFile | undefined;
    try {
      file = tree.openOptional(CHECKSUMS_NAME, 'left out');
      if (file !== undefined) this.#followed = new TickedList(file);
    } catch {
      // The comparison comes to it, and says what is wrong.
      file?.close();
    }
    return this.#followed?.folders ?? new Map();
  }

  /**
   * Takes the digest of a file that was read; the same file may come again.
   *
   * @param path byte string relative to the root. @param sha256 64 lower-case hex digits.
   */
  add(path: string, sha256: string): void {
    if (this.#followed?.tick(path, sha256) !== true) this.#addRow(path, sha256, READ);
  }

  /**
   * Gives what differs; `undefined` when the tree has no CHECKSUMS. Files that are listed and were not read are read now.
   * To be called once, after the last read. Throws EnvironmentError for a disk that fails.
   *
   * @param folders top-level folders to look at; from outside of them only MANIFEST.json counts. `all`: whatever is listed.
   * @param mostExamples of each kind that the report names. Default: three.
   */
  finish(tree: ListedTree, folders: readonly string[] | 'all', mostExamples = EXAMPLES): ChecksumsReport | undefined {
    const faults = new Faults(mostExamples);
    const followed = this.#followed;
    const list = followed?.file ?? openList(tree, faults);
    const comparison = new Comparison(tree, faults, mostExamples, followed);
    try {
      if (typeof list === 'object') this.#addListed(list, folders, faults.malformed);
      const rows = this.#sorter.sorted();
      try {
        if (typeof list === 'object') comparison.compare(rows);
      } finally {
        rows.close();
      }
    } finally {
      if (typeof list === 'object') list.close();
    }
    return list === 'absent' ? undefined : comparison.report();
  }

  /** Lets go of memory, scratch and the list when no report is wanted; may be called twice, and after {@link finish}. */
  close(): void {
    this.#sorter.close();
    this.#followed?.file.close();
  }

  /** Rows that are ticked are done with. */
  #addListed(list: TreeFile, folders: readonly string[] | 'all', malformed: Findings): void {
    const shown = list.name;
    const followed = this.#followed;
    const rows = new ChecksumsRows(
      list,
      (line, reason) => malformed.add(() => `${shown}:${line}: ${reason}`),
      followed && ((line) => followed.isTicked(line)),
    );
    let count = followed?.ticked ?? 0;
    try {
      for (; rows.next(); count++) {
        if (folders === 'all' || isLookedAt(rows.path, folders)) this.#addRow(rows.path, rows.sha256, LISTED);
      }
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      malformed.add(() => error.message);
    }
    // An empty list is never right.
    if (count + malformed.count === 0) malformed.add(() => `${shown} lists no file`);
  }

  #addRow(path: string, sha256: string, source: typeof READ | typeof LISTED): void {
    const place = this.#sorter.reserve(path.length, PAYLOAD_BYTES);
    if (place === undefined) throw new RangeError(`a path of ${path.length} bytes is beyond every file system`);
    const { bytes, at } = place;
    bytes.write(path, at, 'latin1');
    bytes[at + path.length] = source;
    bytes.write(sha256, at + path.length + 1, 'hex');
  }
}

/** The open CHECKSUMS; a link or a special file in its place is a finding. */
function openList(tree: ListedTree, faults: Faults): TreeFile | 'absent' | 'unreadable' {
  try {
    return tree.openOptional(CHECKSUMS_NAME, 'left out') ?? 'absent';
  } catch (error) {
    faults.add(error);
    return 'unreadable';
  }
}

function isLookedAt(path: string, folders: readonly string[]): boolean {
  if (path === MANIFEST_NAME) return true;
  for (const folder of folders) {
    if (path.startsWith(folder) && (path.length === folder.length || path.charCodeAt(folder.length) === 0x2f))
      return true;
  }
  return false;
}

/** Walks over digests sorted by path, and judges each path by its rows. */
class Comparison {
  readonly #tree: ListedTree;
  readonly #faults: Faults;
  readonly #changed: Findings;
  readonly #missing: Findings;
  readonly #unlisted: Findings;
  readonly #followed: TickedList | undefined;
  /** The path that is looked at; the first `#length` bytes. */
  #path: Buffer = Buffer.allocUnsafeSlow(1 << 13);
  #length = 0;
  readonly #digest = Buffer.allocUnsafeSlow(DIGEST_BYTES);
  #isRead = false;
  #isListed = false;
  #differs = false;

  /** @param followed has rows that are not among those that are compared. */
  constructor(tree: ListedTree, faults: Faults, mostExamples: number, followed: TickedList | undefined) {
    this.#tree = tree;
    this.#followed = followed;
    this.#faults = faults;
    this.#changed = new Findings(mostExamples);
    this.#missing = new Findings(mostExamples);
    this.#unlisted = new Findings(mostExamples);
  }

  compare(rows: SortedRows): void {
    while (rows.next()) {
      if (!this.#isSamePath(rows)) {
        this.#judge();
        this.#begin(rows);
      }
      const source = rows.bytes[rows.payloadStart];
      if (source === READ) this.#isRead = true;
      else this.#isListed = true;
      this.#differs ||= this.#digest.compare(rows.bytes, rows.payloadStart + 1, rows.payloadEnd) !== 0;
    }
    this.#judge();
  }

  report(): ChecksumsReport {
    const { malformed, irregular, unreadable, refusal } = this.#faults;
    const [changed, missing, unlisted] = [this.#changed, this.#missing, this.#unlisted];
    const ok = [changed, missing, unlisted, malformed, irregular, unreadable].every(({ count }) => count === 0);
    const report = { ok, changed, missing, unlisted, malformed, irregular, unreadable };
    return refusal === undefined ? report : { ...report, refusal };
  }

  #isSamePath(rows: SortedRows): boolean {
    return this.#path.compare(rows.bytes, rows.keyStart, rows.keyEnd, 0, this.#length) === 0;
  }

  #begin(rows: SortedRows): void {
    const { bytes, keyStart, keyEnd, payloadStart, payloadEnd } = rows;
    if (keyEnd - keyStart > this.#path.length) this.#path = Buffer.allocUnsafeSlow(keyEnd - keyStart);
    this.#length = bytes.copy(this.#path, 0, keyStart, keyEnd);
    bytes.copy(this.#digest, 0, payloadStart + 1, payloadEnd);
    this.#isRead = this.#isListed = this.#differs = false;
  }

  #judge(): void {
    if (this.#isRead || this.#isListed) this.#addTicked();
    if (this.#isListed && !this.#isRead) this.#judgeUnread();
    else if (this.#isListed && this.#differs) this.#changed.add(() => this.#shown());
    else if (this.#isRead && !this.#isListed) this.#unlisted.add(() => this.#shown());
  }

  /** The row of a file that was read, and is read or listed once more elsewhere. */
  #addTicked(): void {
    const ticked = this.#followed?.tickedDigest(this.#pathAtHand());
    if (ticked === undefined) return;
    this.#isRead = this.#isListed = true;
    this.#differs ||= ticked !== this.#digest.toString('hex');
  }

  #judgeUnread(): void {
    try {
      const sha256 = this.#digestOnDisk();
      if (sha256 === undefined) this.#missing.add(() => this.#shown());
      else if (this.#differs || sha256 !== this.#digest.toString('hex')) this.#changed.add(() => this.#shown());
    } catch (error) {
      this.#faults.add(error);
    }
  }

  #digestOnDisk(): string | undefined {
    const file = this.#tree.openOptional(this.#pathAtHand(), 'left out');
    if (file === undefined) return undefined;
    try {
      return fileDigest(file).sha256;
    } finally {
      file.close();
    }
  }

  #pathAtHand(): string {
    return this.#path.toString('latin1', 0, this.#length);
  }

  #shown(): string {
    return this.#tree.display(this.#pathAtHand());
  }
}

/** What keeps a file from being compared. */
class Faults {
  readonly malformed: Findings;
  readonly irregular: Findings;
  readonly unreadable: Findings;
  refusal: EnvironmentError | undefined;

  constructor(mostExamples: number) {
    this.malformed = new Findings(mostExamples);
    this.irregular = new Findings(mostExamples);
    this.unreadable = new Findings(mostExamples);
  }

  /** Takes what is wrong with the tree and what may not be read, throws every other error on: a broken disk ends the run. */
  add(error: unknown): void {
    if (error instanceof DataError) return this.irregular.add(() => error.message);
    if (!(error instanceof EnvironmentError) || !isForbidden(error)) throw error;
    this.refusal ??= error;
    this.unreadable.add(() => error.message);
  }
}

function isForbidden({ cause }: EnvironmentError): boolean {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return code === 'EACCES' || code === 'EPERM';
}
