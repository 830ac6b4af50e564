import type { ByteSource } from '@ekv/snapshot';
import { BEFORE_PATH, DIGEST_DIGITS, isBlankPair, LONGEST_LINE } from './checksums-rows.ts';

/** Of the list in memory at once: so many pages. */
const PAGE_BYTES = 64 << 10;
const PAGES = 4;
const MOST_ROWS = Math.ceil(PAGE_BYTES / (BEFORE_PATH + 2));
/** Where the next file stands, as a rule: behind the last one; or one of two files that are read the other way round. */
const NEAR = [1, -1, 3, 2];

const [LINE_FEED, CARRIAGE_RETURN, BACKSLASH] = [0x0a, 0x0d, 0x5c];

/** Gets each line of a list: `bytes[start, end)`, without its end. */
export type TakeLine = (bytes: Buffer, start: number, end: number) => void;

interface Place {
  readonly offset: number;
  readonly length: number;
  /** Number of its first line. */
  readonly line: number;
  /** Path of the last row before it that can be found. */
  readonly after: Buffer;
}

/**
 * The rows of a list of digests, found by their paths; a few pages of it are in memory, and of each other one a path. Found are rows
 * without escapes that stand in ascending order of their paths, as ekv writes them; all others are as if they were not there.
 */
export class ListPages {
  readonly #file: ByteSource;
  readonly #places: Place[] = [];
  readonly #pages: Page[] = [];
  #current: Page = new Page();
  #clock = 0;
  #row = -1;
  /** How many lines there are. */
  lines = 0;
  /** Pages that were read, because a row was not in memory. */
  loads = 0;

  /** Reads all of the list, and throws what reading it throws. @param onLine is given every line. */
  constructor(file: ByteSource, onLine: TakeLine) {
    this.#file = file;
    const page = this.#current;
    this.#pages.push(page);
    let after: Buffer = Buffer.alloc(0);
    for (let offset = 0; ; ) {
      const place = { offset, length: this.#read(page.bytes, offset, PAGE_BYTES), line: this.lines + 1, after };
      if (place.length === 0) break;
      const used = page.parse(place, onLine);
      if (used === 0) break;
      this.#places.push({ ...place, length: used });
      this.lines += page.lines;
      after = page.last();
      offset += used;
    }
    page.forget();
  }

  /** Looks for the row of a path: then {@link line}, {@link hasDigest} and {@link digest} are of it. */
  find(path: string, mayLoad: boolean): boolean {
    const current = this.#current;
    for (let i = 0; i < NEAR.length; i++) {
      const row = this.#row + NEAR[i]!;
      if (current.isAt(row, path)) {
        this.#row = row;
        return true;
      }
    }
    const place = this.#placeOf(path);
    const page = place === undefined ? undefined : this.#pageAt(place, mayLoad);
    if (page === undefined) return false;
    this.#current = page;
    const row = page.find(path);
    this.#row = Math.abs(row) - 1;
    return row > 0;
  }

  /** Of the row that was found; 1-based. */
  get line(): number {
    return this.#current.lineOf(this.#row);
  }

  /** Whether the row that was found has this digest. @param sha256 64 lower-case hex digits. */
  hasDigest(sha256: string): boolean {
    return this.#current.hasDigest(this.#row, sha256);
  }

  /** Of the row that was found, as it stands there. */
  get digest(): string {
    return this.#current.digestOf(this.#row);
  }

  /** The last page before whose rows the path does not come. */
  #placeOf(path: string): Place | undefined {
    const places = this.#places;
    let low = 0;
    for (let high = places.length; low < high; ) {
      const middle = (low + high) >> 1;
      const { after } = places[middle]!;
      if (middle === 0 || comparePath(path, after, 0, after.length) > 0) low = middle + 1;
      else high = middle;
    }
    return places[low - 1];
  }

  #pageAt(place: Place, mayLoad: boolean): Page | undefined {
    const pages = this.#pages;
    let oldest = pages[0]!;
    for (const page of pages) {
      if (page.place === place) {
        page.used = ++this.#clock;
        return page;
      }
      if (page.used < oldest.used) oldest = page;
    }
    if (!mayLoad) return undefined;
    this.loads++;
    if (oldest.place !== undefined && pages.length < PAGES) {
      oldest = new Page();
      pages.push(oldest);
    }
    oldest.forget();
    this.#read(oldest.bytes, place.offset, place.length);
    oldest.parse(place);
    oldest.used = ++this.#clock;
    return oldest;
  }

  /** @returns how many bytes there are. */
  #read(bytes: Buffer, offset: number, length: number): number {
    let filled = 0;
    for (let read = -1; read !== 0 && filled < length; filled += read)
      read = this.#file.read(offset + filled, bytes, filled, length - filled);
    // What a file has lost since it was read first is no row.
    bytes.fill(LINE_FEED, filled, length);
    return filled;
  }
}

/** Some lines of a list, and where in them the rows stand that can be found. */
class Page {
  readonly bytes: Buffer = Buffer.allocUnsafeSlow(PAGE_BYTES);
  readonly #starts = new Uint32Array(MOST_ROWS);
  readonly #ends = new Uint32Array(MOST_ROWS);
  readonly #lines = new Uint32Array(MOST_ROWS);
  #rows = 0;
  #after: Buffer = Buffer.alloc(0);
  place: Place | undefined;
  /** When it was used last. */
  used = 0;
  lines = 0;

  forget(): void {
    this.place = undefined;
    this.#rows = 0;
  }

  /** @returns how many of the bytes are whole lines; the last line of a list needs no end. */
  parse(place: Place, onLine?: TakeLine): number {
    const { bytes } = this;
    this.place = place;
    this.#after = place.after;
    this.#rows = this.lines = 0;
    let start = 0;
    while (start < place.length) {
      const found = bytes.indexOf(LINE_FEED, start);
      const isWhole = found !== -1 && found < place.length;
      if (!isWhole && place.length === PAGE_BYTES) return start;
      const end = isWhole ? found : place.length;
      this.#take(start, end, place.line + this.lines++);
      onLine?.(bytes, start, end);
      start = end + 1;
    }
    return place.length;
  }

  /** Path of the last row; without a row, that before it. */
  last(): Buffer {
    const row = this.#rows - 1;
    return row === -1 ? this.#after : Buffer.from(this.bytes.subarray(this.#starts[row]!, this.#ends[row]!));
  }

  isAt(row: number, path: string): boolean {
    if (row < 0 || row >= this.#rows) return false;
    const { bytes } = this;
    const start = this.#starts[row]!;
    if (this.#ends[row]! - start !== path.length) return false;
    // Neighbours differ at their ends.
    for (let i = path.length - 1; i >= 0; i--) if (path.charCodeAt(i) !== bytes[start + i]) return false;
    return true;
  }

  /** Number of the row, from 1 on; of a path without a row, minus that of the last row before it, or 0. */
  find(path: string): number {
    let low = 0;
    for (let high = this.#rows; low < high; ) {
      const middle = (low + high) >> 1;
      const order = comparePath(path, this.bytes, this.#starts[middle]!, this.#ends[middle]!);
      if (order === 0) return middle + 1;
      if (order > 0) low = middle + 1;
      else high = middle;
    }
    return -low;
  }

  lineOf(row: number): number {
    return this.#lines[row]!;
  }

  hasDigest(row: number, sha256: string): boolean {
    const start = this.#starts[row]! - BEFORE_PATH;
    for (let i = 0; i < DIGEST_DIGITS; i++) if (sha256.charCodeAt(i) !== this.bytes[start + i]) return false;
    return true;
  }

  digestOf(row: number): string {
    const start = this.#starts[row]! - BEFORE_PATH;
    return this.bytes.toString('latin1', start, start + DIGEST_DIGITS);
  }

  /** What else is wrong with a row shows when it is no file's: a digest and a path that are as those of a file are right. */
  #take(start: number, lineEnd: number, line: number): void {
    const { bytes } = this;
    const path = start + BEFORE_PATH;
    const end = bytes[lineEnd - 1] === CARRIAGE_RETURN ? lineEnd - 1 : lineEnd;
    if (path >= end || lineEnd - start > LONGEST_LINE || bytes[start] === BACKSLASH || !isBlankPair(bytes, path - 2))
      return;
    const row = this.#rows;
    const isNext =
      row === 0
        ? compareBytes(bytes, path, end, this.#after, 0, this.#after.length) > 0
        : compareBytes(bytes, path, end, bytes, this.#starts[row - 1]!, this.#ends[row - 1]!) > 0;
    if (!isNext) return;
    this.#starts[row] = path;
    this.#ends[row] = end;
    this.#lines[row] = line;
    this.#rows++;
  }
}

/** Order of a byte string and bytes. */
function comparePath(path: string, bytes: Buffer, start: number, end: number): number {
  const shorter = Math.min(path.length, end - start);
  for (let i = 0; i < shorter; i++) {
    const difference = path.charCodeAt(i) - bytes[start + i]!;
    if (difference !== 0) return difference;
  }
  return path.length - (end - start);
}

function compareBytes(a: Buffer, aStart: number, aEnd: number, b: Buffer, bStart: number, bEnd: number): number {
  const shorter = Math.min(aEnd - aStart, bEnd - bStart);
  for (let i = 0; i < shorter; i++) {
    const difference = a[aStart + i]! - b[bStart + i]!;
    if (difference !== 0) return difference;
  }
  return aEnd - aStart - (bEnd - bStart);
}
