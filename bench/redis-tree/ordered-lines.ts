import type { TreeSink } from '@ekv/dump-tree';
import { ExternalSorter, type ScratchFolder } from '@ekv/snapshot';

const ARENA_BYTES = 8 << 20;

/** Lines of one file that come in another order than they are written in; held in bounded memory. */
export class OrderedLines {
  readonly #sorter: ExternalSorter;

  constructor(scratch: ScratchFolder) {
    this.#sorter = new ExternalSorter({ scratch, arenaBytes: ARENA_BYTES });
  }

  /** @param place what decides where the line lies; lines of one place stay in the order they came. */
  add(place: Uint8Array, line: Uint8Array): void {
    this.#sorter.add(place, line);
  }

  /** Writes the file; without lines there is none. To be called once. */
  writeTo(sink: TreeSink, path: string): void {
    if (this.#sorter.count === 0) return;
    const lines = sink.lines(path);
    const rows = this.#sorter.sorted();
    while (rows.next()) lines.write(rows.bytes.subarray(rows.payloadStart, rows.payloadEnd));
    rows.close();
    lines.close();
  }
}
