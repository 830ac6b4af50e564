import type { LineSink, TreeSink } from '@ekv/dump-tree';
import { ExternalSorter, type ScratchFolder, SIDE_SORT_BYTES, type SortedRows } from '@ekv/snapshot';
import { STATE_FILE_NAMES, STATE_FILES, type StateFile } from '../state/state-files.ts';

/** Lines of the whole state, which queues give in any order, on their way to its files. */
export class StateLines {
  readonly #sorter: ExternalSorter;

  constructor(scratch: ScratchFolder) {
    this.#sorter = new ExternalSorter({ scratch, arenaBytes: SIDE_SORT_BYTES });
  }

  add(file: StateFile, order: Buffer, line: Buffer): void {
    this.#sorter.add(Buffer.concat([Buffer.of(STATE_FILE_NAMES.indexOf(file)), order]), line);
  }

  /** To be called once. */
  writeTo(sink: TreeSink): void {
    if (this.#sorter.count === 0) return;
    const rows = this.#sorter.sorted();
    try {
      while (rows.next()) this.#write(rows, sink);
    } finally {
      rows.close();
      this.#lines?.close();
    }
  }

  #number = -1;
  #lines: LineSink | undefined;

  #write({ bytes, keyStart, payloadStart, payloadEnd }: SortedRows, sink: TreeSink): void {
    const number = bytes[keyStart]!;
    if (number !== this.#number) {
      this.#lines?.close();
      this.#lines = sink.lines(STATE_FILES[STATE_FILE_NAMES[number]!]);
      this.#number = number;
    }
    this.#lines!.write(bytes.subarray(payloadStart, payloadEnd));
  }

  /** Lets go of memory and scratch; may be called twice. */
  close(): void {
    this.#sorter.close();
  }
}
