import { LineReader } from '@ekv/dump-tree';
import { ExternalSorter, type ScratchFolder, type SortedRows } from '@ekv/snapshot';

const ARENA_BYTES = 8 << 20;
const LONGEST_LINE = 8 << 20;
const NOTHING = Buffer.alloc(0);
const LINE_FEED = 0x0a;

/** The lines of a file as a set: order and repetition do not count. Sorted on disk when they are many. */
export class LineSet {
  readonly #lines: ExternalSorter;

  static ofFile(fd: number, path: string, scratch: ScratchFolder): LineSet {
    const set = new LineSet(scratch);
    const lines = new LineReader(fd, path, LONGEST_LINE);
    while (lines.next()) set.#add(lines.bytes.subarray(lines.start, lines.end));
    return set;
  }

  constructor(scratch: ScratchFolder) {
    this.#lines = new ExternalSorter({ scratch, arenaBytes: ARENA_BYTES });
  }

  /** Takes one line, with or without its end. */
  add(line: Uint8Array): void {
    this.#add(line.at(-1) === LINE_FEED ? line.subarray(0, -1) : line);
  }

  /** Ends both sets. */
  equals(other: LineSet): boolean {
    const [ours, theirs] = [new DistinctLines(this.#lines.sorted()), new DistinctLines(other.#lines.sorted())];
    try {
      for (;;) {
        const [mine, yours] = [ours.next(), theirs.next()];
        if (mine === undefined || yours === undefined) return mine === yours;
        if (!mine.equals(yours)) return false;
      }
    } finally {
      ours.close();
      theirs.close();
    }
  }

  #add(line: Uint8Array): void {
    this.#lines.add(line.at(-1) === 0x0d ? line.subarray(0, -1) : line, NOTHING);
  }
}

/** Sorted lines, each once. */
class DistinctLines {
  readonly #rows: SortedRows;
  #previous: Buffer | undefined;

  constructor(rows: SortedRows) {
    this.#rows = rows;
  }

  next(): Buffer | undefined {
    const rows = this.#rows;
    while (rows.next()) {
      const line = rows.bytes.subarray(rows.keyStart, rows.keyEnd);
      if (this.#previous?.equals(line)) continue;
      this.#previous = Buffer.from(line);
      return this.#previous;
    }
    return undefined;
  }

  close(): void {
    this.#rows.close();
  }
}
