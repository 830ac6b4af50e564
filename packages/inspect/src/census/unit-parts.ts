import { LIVE, type VersionState } from '@ekv/snapshot';

/** The rows of a unit in one family, which stand together but for rows of units whose key goes on. Lent during a call. */
export interface UnitPart {
  /** Live rows and their bytes. */
  readonly rows: number;
  readonly bytes: number;
  /** Live rows that are elements. */
  readonly elements: number;
  /** All others: old versions, deletions. */
  readonly oldVersions: number;
  readonly oldBytes: number;
  /** When the newest of its live rows was written; 0 when none is live. */
  readonly writtenAtMs: number;
}

/** A row of a unit. */
export interface UnitRow {
  readonly bytes: Buffer;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly state: VersionState;
  readonly bodyBytes: number;
}

/** @param firstKey gives a copy of the key of the part's first row, without the version. */
export type TakePart = (part: UnitPart, firstKey: () => Buffer) => void;

class OpenPart implements UnitPart {
  rows = 0;
  bytes = 0;
  elements = 0;
  oldVersions = 0;
  oldBytes = 0;
  writtenAtMs = 0;
  /** Bytes that the keys of all its rows begin with. */
  prefixLength = 0;
  /** What follows in the key of the first row. */
  rest: Buffer = Buffer.alloc(16);
  restLength = 0;
}

/**
 * Sums up rows by unit while they pass in the order of their keys. All rows of a unit in a family begin with the same bytes, and between them can only stand rows that
 * begin with these bytes too: so it is enough to keep a part open as long as keys begin so. What open parts begin with is the beginning of one key. Memory: that key, and some numbers for each open part.
 */
export class UnitParts {
  readonly #take: TakePart;
  readonly #parts: OpenPart[] = [];
  #open = 0;
  /** What the open part with the longest prefix begins with, and so all others too. */
  #prefix: Buffer = Buffer.alloc(1 << 10);

  /** @param take gets each part when it is complete. */
  constructor(take: TakePart) {
    this.#take = take;
  }

  /** To be called for every entry, whosever it is, before {@link add}. @param shared bytes that its key and the one before it begin with, timestamps included. */
  pass(shared: number): void {
    while (this.#open > 0 && this.#parts[this.#open - 1]!.prefixLength > shared) this.#close();
  }

  /** @param prefixLength bytes that the keys of all rows of the unit in this family begin with. @param committedMs of a live row. @returns whether it is the first live element of the part. */
  add(row: UnitRow, prefixLength: number, isElement: boolean, committedMs: number): boolean {
    let at = this.#open - 1;
    // A part that is open has a key that this one begins with: of equal length it is the same.
    while (at >= 0 && this.#parts[at]!.prefixLength > prefixLength) at--;
    const found = at >= 0 && this.#parts[at]!.prefixLength === prefixLength;
    const part = found ? this.#parts[at]! : this.#begin(row, at + 1, prefixLength);
    const bytes = row.keyEnd - row.keyStart + row.bodyBytes;
    if (row.state === LIVE) {
      part.rows++;
      part.bytes += bytes;
      if (isElement) part.elements++;
      if (committedMs > part.writtenAtMs) part.writtenAtMs = committedMs;
      return isElement && part.elements === 1;
    }
    part.oldVersions++;
    part.oldBytes += bytes;
    return false;
  }

  /** After the last entry. */
  end(): void {
    while (this.#open > 0) this.#close();
  }

  #begin({ bytes, keyStart, keyEnd }: UnitRow, at: number, prefixLength: number): OpenPart {
    const part = this.#open < this.#parts.length ? this.#parts[this.#open]! : new OpenPart();
    // Longer ones stay behind it.
    if (this.#open === this.#parts.length) this.#parts.push(part);
    for (let i = this.#open; i > at; i--) this.#parts[i] = this.#parts[i - 1]!;
    this.#parts[at] = part;
    this.#open++;
    const prefixEnd = keyStart + prefixLength;
    if (at === this.#open - 1) this.#prefix = copied(bytes, keyStart, prefixEnd, this.#prefix);
    part.rest = copied(bytes, prefixEnd, keyEnd, part.rest);
    part.restLength = keyEnd - prefixEnd;
    part.prefixLength = prefixLength;
    part.rows = part.bytes = part.elements = part.oldVersions = part.oldBytes = part.writtenAtMs = 0;
    return part;
  }

  #close(): void {
    this.#take(this.#parts[--this.#open]!, this.#firstKey);
  }

  /** Of the part that is closed at the moment. */
  readonly #firstKey = (): Buffer => {
    const { prefixLength, rest, restLength } = this.#parts[this.#open]!;
    return Buffer.concat([this.#prefix.subarray(0, prefixLength), rest.subarray(0, restLength)]);
  };
}

/** Up to here a loop is faster than a call into the runtime. */
const SHORT = 64;

/** @returns the room that holds `bytes[start, end)` now: the given one, or a wider one. */
function copied(bytes: Buffer, start: number, end: number, room: Buffer): Buffer {
  const length = end - start;
  const wide = length > room.length ? Buffer.allocUnsafeSlow(length * 2) : room;
  if (length > SHORT) bytes.copy(wide, 0, start, end);
  else for (let i = 0; i < length; i++) wide[i] = bytes[start + i]!;
  return wide;
}
