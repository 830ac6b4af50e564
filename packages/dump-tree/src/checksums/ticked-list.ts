import type { TreeFile } from '../input/tree-source.ts';
import { BEFORE_PATH } from './checksums-rows.ts';
import { ListPages } from './list-pages.ts';

/** Pages that are read for files out of order: so many, and one more for so many files. A sort is cheaper for worse orders. */
const FREE_LOADS = 64;
const FILES_PER_LOAD = 32;
/** Longer names are no folder that is counted. */
const LONGEST_FOLDER = 16;
const [SLASH, BACKSLASH] = [0x2f, 0x5c];

/** What is known of a line: two bits each. */
const TICKED = 1;
const DIFFERS = 2;

/**
 * A CHECKSUMS whose rows are ticked off while files are read, nearly in the order of its rows: a row that was ticked is as its file
 * is, and needs no further look. Memory: some pages of the list, two bits for each line, and a path for each 64 KiB.
 */
export class TickedList {
  readonly file: TreeFile;
  /** How many files it lists, by top-level folder. Nothing is checked for it. */
  readonly folders: ReadonlyMap<string, number>;
  readonly #pages: ListPages;
  readonly #marks: Uint8Array;
  #asked = 0;
  #ticked = 0;
  #isBroken = false;

  /** Reads all of the file once, and throws what that throws. The file is the caller's to close. */
  constructor(file: TreeFile) {
    this.file = file;
    const folders = new FolderCounts();
    this.#pages = new ListPages(file, (bytes, start, end) => folders.take(bytes, start, end));
    this.#marks = new Uint8Array((this.#pages.lines >> 2) + 1);
    this.folders = folders.counts;
  }

  /** How many lines are ticked. */
  get ticked(): number {
    return this.#ticked;
  }

  /**
   * Ticks the row of a file that was read.
   *
   * @param path byte string relative to the root. @param sha256 64 lower-case hex digits.
   * @returns whether there is one with this digest. A row that was found with another one is never ticked from then on.
   */
  tick(path: string, sha256: string): boolean {
    this.#asked++;
    if (!this.#finds(path)) return false;
    const pages = this.#pages;
    const { line } = pages;
    const mark = this.#mark(line);
    if (!pages.hasDigest(sha256)) {
      if (mark === TICKED) this.#ticked--;
      this.#setMark(line, DIFFERS);
      return false;
    }
    if (mark === 0) {
      this.#ticked++;
      this.#setMark(line, TICKED);
    }
    return mark !== DIFFERS;
  }

  /** @param line 1-based. */
  isTicked(line: number): boolean {
    return this.#mark(line) === TICKED;
  }

  /** The digest in the row of a path, if that is ticked. Throws what reading the list throws. */
  tickedDigest(path: string): string | undefined {
    return this.#pages.find(path, true) && this.isTicked(this.#pages.line) ? this.#pages.digest : undefined;
  }

  #finds(path: string): boolean {
    if (this.#isBroken) return false;
    const pages = this.#pages;
    try {
      return pages.find(path, pages.loads < FREE_LOADS + this.#asked / FILES_PER_LOAD);
    } catch {
      // It is read to its end once more, and what fails then is said.
      this.#isBroken = true;
      return false;
    }
  }

  #mark(line: number): number {
    return (this.#marks[line >> 2]! >> ((line & 3) << 1)) & 3;
  }

  #setMark(line: number, mark: number): void {
    const shift = (line & 3) << 1;
    this.#marks[line >> 2] = (this.#marks[line >> 2]! & ~(3 << shift)) | (mark << shift);
  }
}

/** Counts lines by the first folder of their paths, which is that of the line before as a rule. */
class FolderCounts {
  readonly counts = new Map<string, number>();
  #folder = '';
  #count = 0;

  take(bytes: Buffer, start: number, end: number): void {
    const path = start + BEFORE_PATH + (bytes[start] === BACKSLASH ? 1 : 0);
    if (!this.#isSame(bytes, path, end)) this.#begin(bytes, path, end);
    if (this.#folder !== '') this.counts.set(this.#folder, ++this.#count);
  }

  #isSame(bytes: Buffer, path: number, end: number): boolean {
    const folder = this.#folder;
    if (folder === '' || path + folder.length >= end || bytes[path + folder.length] !== SLASH) return false;
    for (let i = 0; i < folder.length; i++) if (bytes[path + i] !== folder.charCodeAt(i)) return false;
    return true;
  }

  #begin(bytes: Buffer, path: number, end: number): void {
    const slash = bytes.subarray(path, Math.min(end, path + LONGEST_FOLDER + 1)).indexOf(SLASH);
    this.#folder = slash < 1 ? '' : bytes.toString('latin1', path, path + slash);
    this.#count = this.counts.get(this.#folder) ?? 0;
  }
}
