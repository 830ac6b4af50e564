import { LineReader } from '@ekv/dump-tree';
import { ExternalSorter, type ScratchFolder, SIDE_SORT_BYTES, type SortedRows } from '@ekv/snapshot';

const LONGEST_LINE = 8 << 20;
const NOTHING = Buffer.alloc(0);
const LINE_FEED = 0x0a;

/** The lines of a file as a set: order and repetition do not count. Sorted on disk when they are many. */
export class LineSet {
  readonly #lines: ExternalSorter;
  /** A line whose end has not come yet. */
  #begun: Buffer | undefined;

  static ofFile(fd: number, path: string, scratch: ScratchFolder): LineSet {
    const set = new LineSet(scratch);
    const lines = new LineReader(fd, path, LONGEST_LINE);
    while (lines.next()) set.#add(lines.bytes.subarray(lines.start, lines.end));
    return set;
  }

  constructor(scratch: ScratchFolder) {
    this.#lines = new ExternalSorter({ scratch, arenaBytes: SIDE_SORT_BYTES });
  }

  /** Takes a piece of a text: lines, each ended by a line feed, that may go on in the next piece. */
  add(piece: Uint8Array): void {
    let from = 0;
    for (let feed = piece.indexOf(LINE_FEED); feed !== -1; feed = piece.indexOf(LINE_FEED, from)) {
      const rest = piece.subarray(from, feed);
      this.#add(this.#begun === undefined ? rest : Buffer.concat([this.#begun, rest]));
      this.#begun = undefined;
      from = feed + 1;
    }
    if (from < piece.length) this.#begun = Buffer.concat([this.#begun ?? NOTHING, piece.subarray(from)]);
  }

  /** Ends both sets; the last line needs no line feed. */
  equals(other: LineSet): boolean {
    this.#end();
    other.#end();
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

  #end(): void {
    if (this.#begun !== undefined) this.#add(this.#begun);
    this.#begun = undefined;
  }

  #add(line: Uint8Array): void {
    this.#lines.add(line.at(-1) === 0x0d ? line.subarray(0, -1) : line, NOTHING);
  }
}

/** Sorted lines, each once. */
class DistinctLines {
  readonly #rows: SortedRows;

  constructor(rows: SortedRows) {
    this.#rows = rows;
  }

  next(): Buffer | undefined {
    const rows = this.#rows;
    while (rows.next()) {
      if (!rows.isRepeated()) return Buffer.from(rows.bytes.subarray(rows.keyStart, rows.keyEnd));
    }
    return undefined;
  }

  close(): void {
    this.#rows.close();
  }
}
