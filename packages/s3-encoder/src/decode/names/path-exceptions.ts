import { ExternalSorter, type ScratchFolder, SIDE_SORT_BYTES, type SortedRows } from '@ekv/snapshot';
import type { Rename } from '../../files/object-path.ts';
import { ORDINAL_BYTES, readOrdinal, writeOrdinal } from '../../layout/ordinals.ts';
import { renameIn, renamePayload } from './rename-payload.ts';

/** Of an object that gets no path, because a later generation has its key. */
const NO_PATH = Buffer.alloc(0);

/**
 * Objects whose path is not their key: they get another one, or none. By the numbers of their rows; sorted on disk when they
 * are many.
 */
export class PathExceptions {
  readonly #sorter: ExternalSorter;
  readonly #ordinal = Buffer.alloc(ORDINAL_BYTES);

  constructor(scratch: ScratchFolder) {
    this.#sorter = new ExternalSorter({ scratch, arenaBytes: SIDE_SORT_BYTES });
  }

  rename(ordinal: number, rename: Rename): void {
    this.#add(ordinal, renamePayload(rename));
  }

  leaveOut(ordinal: number): void {
    this.#add(ordinal, NO_PATH);
  }

  /** Adds all exceptions to others. To be called once, in place of {@link sorted}. */
  moveTo(others: PathExceptions): void {
    const rows = this.#sorter.sorted();
    while (rows.next()) {
      others.#sorter.add(
        rows.bytes.subarray(rows.keyStart, rows.keyEnd),
        rows.bytes.subarray(rows.payloadStart, rows.payloadEnd),
      );
    }
    rows.close();
  }

  /** When neither of the two is called: lets go of memory and scratch. */
  close(): void {
    this.#sorter.close();
  }

  /** To be called once, after the last exception. */
  sorted(): SortedPathExceptions {
    return new SortedPathExceptions(this.#sorter.sorted());
  }

  #add(ordinal: number, payload: Buffer): void {
    writeOrdinal(this.#ordinal, 0, ordinal);
    this.#sorter.add(this.#ordinal, payload);
  }
}

export class SortedPathExceptions {
  readonly #rows: SortedRows;
  /** Of the exception at hand; -1 after the last one. */
  #ordinal = -1;

  constructor(rows: SortedRows) {
    this.#rows = rows;
    this.#advance();
  }

  /** What becomes of the object with that number; `undefined`: its key is its path. Numbers must rise from call to call. */
  of(ordinal: number): Rename | 'left out' | undefined {
    if (this.#ordinal !== ordinal) return undefined;
    const isLeftOut = this.#rows.payloadStart === this.#rows.payloadEnd;
    const found = isLeftOut ? 'left out' : renameIn(this.#rows);
    this.#advance();
    return found;
  }

  close(): void {
    this.#rows.close();
  }

  #advance(): void {
    this.#ordinal = this.#rows.next() ? readOrdinal(this.#rows.bytes, this.#rows.keyStart) : -1;
  }
}
