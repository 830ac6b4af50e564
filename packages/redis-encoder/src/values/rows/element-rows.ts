import { ExternalSorter, type ScratchFolder, type SortedRows } from '@ekv/snapshot';

/** Bytes of a collection, its index included, that are held in memory; a larger one goes to scratch. */
const MOST_HELD = 32 << 20;
/** What the index takes for a row. */
const INDEX_BYTES = 16;
/** What every collection may hold. */
const LEAST_HELD = 1 << 16;
const KEEP_BELOW = 4 << 20;
const FIRST_SIZE = 1 << 16;

/**
 * The (name, value) rows of one collection, kept together until the collection is written: in memory, without an object per
 * row, and on disk when they are many. Reused from collection to collection.
 *
 * Filled with {@link add}; then {@link next} walks over them, the row at hand in `bytes` and the indexes into it.
 */
export class ElementRows {
  readonly #scratch: ScratchFolder;
  #mostHeld: number;
  #held: Buffer = Buffer.allocUnsafeSlow(FIRST_SIZE);
  #starts = new Float64Array(1 << 8);
  #nameEnds = new Float64Array(1 << 8);
  #used = 0;
  #heldCount = 0;
  #order: Float64Array | undefined;
  #sorter: ExternalSorter | undefined;
  #sorted: SortedRows | undefined;
  #at = 0;
  count = 0;
  bytes: Buffer = this.#held;
  nameStart = 0;
  nameEnd = 0;
  valueStart = 0;
  valueEnd = 0;

  /** @param mostHeld for tests. */
  constructor(scratch: ScratchFolder, mostHeld: number = MOST_HELD) {
    this.#scratch = scratch;
    this.#mostHeld = mostHeld;
  }

  clear(): void {
    this.#sorted?.close();
    this.#sorted = undefined;
    // Of a collection that was left out nothing was sorted.
    this.#sorter?.close();
    this.#sorter = undefined;
    this.count = 0;
    this.#heldCount = 0;
    this.#used = 0;
    this.#at = 0;
    this.#order = undefined;
    if (this.#held.length > KEEP_BELOW) this.#held = Buffer.allocUnsafeSlow(FIRST_SIZE);
  }

  /** Says how much of the collection is held in memory, before the first row of it. */
  holdAtMost(bytes: number): void {
    this.#mostHeld = bytes;
  }

  add(bytes: Buffer, nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): void {
    const length = nameEnd - nameStart + valueEnd - valueStart;
    if (this.#used + length + (this.#heldCount + 1) * INDEX_BYTES > this.#mostHeld)
      return this.#addToScratch(bytes, nameStart, nameEnd, valueStart, valueEnd);
    if (this.#used + length > this.#held.length) this.#widenBytes(length);
    if (this.#heldCount + 1 >= this.#starts.length) this.#widenIndex();
    const start = this.#used;
    const split = start + bytes.copy(this.#held, start, nameStart, nameEnd);
    this.#used = split + bytes.copy(this.#held, split, valueStart, valueEnd);
    this.#starts[this.#heldCount] = start;
    this.#nameEnds[this.#heldCount] = split;
    this.#heldCount++;
    this.count++;
    this.#starts[this.#heldCount] = this.#used;
  }

  addPair(name: Buffer, value: Buffer): void {
    const pair = Buffer.concat([name, value]);
    this.add(pair, 0, name.length, name.length, pair.length);
  }

  /** Brings the rows into the order of their names' bytes, the shorter first; rows of one name stay in the order of `add`. */
  sortByName(): void {
    if (this.#sorter !== undefined) return;
    let sorted = true;
    for (let i = 1; sorted && i < this.#heldCount; i++) sorted = this.#compare(i - 1, i) <= 0;
    if (sorted) return;
    const order = new Float64Array(this.#heldCount);
    for (let i = 0; i < order.length; i++) order[i] = i;
    order.sort((a, b) => this.#compare(a, b) || a - b);
    this.#order = order;
  }

  /** Goes to the next row; false after the last one. No `add` after it. */
  next(): boolean {
    if (this.#sorter !== undefined) return this.#nextFromScratch(this.#sorter);
    if (this.#at === this.#heldCount) return false;
    const row = this.#order === undefined ? this.#at : this.#order[this.#at]!;
    this.#at++;
    this.bytes = this.#held;
    this.nameStart = this.#starts[row]!;
    this.nameEnd = this.valueStart = this.#nameEnds[row]!;
    this.valueEnd = this.#starts[row + 1]!;
    return true;
  }

  #nextFromScratch(sorter: ExternalSorter): boolean {
    this.#sorted ??= sorter.sorted();
    const rows = this.#sorted;
    if (!rows.next()) return false;
    this.bytes = rows.bytes;
    this.nameStart = rows.keyStart;
    this.nameEnd = rows.keyEnd;
    this.valueStart = rows.payloadStart;
    this.valueEnd = rows.payloadEnd;
    return true;
  }

  #addToScratch(bytes: Buffer, nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): void {
    if (this.#sorter === undefined) this.#moveToScratch();
    this.#sorter!.add(bytes.subarray(nameStart, nameEnd), bytes.subarray(valueStart, valueEnd));
    this.count++;
  }

  /** From here on nothing is held: every row is above what may be. */
  #moveToScratch(): void {
    const arenaBytes = Math.max(LEAST_HELD, this.#mostHeld >> 1);
    const sorter = new ExternalSorter({ scratch: this.#scratch, arenaBytes });
    this.#at = 0;
    while (this.next())
      sorter.add(
        this.#held.subarray(this.nameStart, this.nameEnd),
        this.#held.subarray(this.valueStart, this.valueEnd),
      );
    this.#used = this.#mostHeld + 1;
    this.#heldCount = 0;
    this.#held = Buffer.allocUnsafeSlow(FIRST_SIZE);
    this.#sorter = sorter;
  }

  #compare(a: number, b: number): number {
    return this.#held.compare(this.#held, this.#starts[b]!, this.#nameEnds[b]!, this.#starts[a]!, this.#nameEnds[a]!);
  }

  #widenBytes(length: number): void {
    const wider = Buffer.allocUnsafeSlow(Math.max(this.#held.length * 2, this.#used + length));
    this.#held.copy(wider, 0, 0, this.#used);
    this.#held = wider;
  }

  #widenIndex(): void {
    this.#starts = widened(this.#starts);
    this.#nameEnds = widened(this.#nameEnds);
  }
}

/**
 * Bytes that may be held of a collection that is read while `others` are not complete yet: each half of what the one before it may,
 * so that all of them together take what two do.
 */
export function heldBeside(others: number): number {
  return Math.max(LEAST_HELD, Math.floor(MOST_HELD / 2 ** others));
}

function widened(index: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const wider = new Float64Array(index.length * 2);
  wider.set(index);
  return wider;
}
