import { ExternalSorter, type ScratchFolder, SIDE_SORT_BYTES, type SortedRows } from '@ekv/snapshot';
import { ORDINAL_BYTES } from './equal-items.ts';

const RENAMED = Buffer.from([0]);
const LEFT_OUT = Buffer.from([1]);

/** The items of a table that are not simply given on, by ordinal. Most tables have none. */
export class ItemExceptions {
  readonly #sorter: ExternalSorter;
  #rows: SortedRows | undefined;
  #present = false;

  constructor(scratch: ScratchFolder) {
    this.#sorter = new ExternalSorter({ scratch, arenaBytes: SIDE_SORT_BYTES });
  }

  rename(ordinal: Uint8Array): void {
    this.#sorter.add(ordinal, RENAMED);
  }

  leaveOut(ordinal: Uint8Array): void {
    this.#sorter.add(ordinal, LEFT_OUT);
  }

  /** What to do with an item. To be asked in ascending order, once each, after all exceptions are known. */
  take(ordinal: number): 'ordinary' | 'renamed' | 'left out' {
    if (this.#rows === undefined) {
      this.#rows = this.#sorter.sorted();
      this.#present = this.#rows.next();
    }
    const rows = this.#rows;
    if (!this.#present || rows.bytes.readUIntBE(rows.keyStart, ORDINAL_BYTES) !== ordinal) return 'ordinary';
    const isRenamed = rows.bytes[rows.payloadStart] === RENAMED[0];
    this.#present = rows.next();
    return isRenamed ? 'renamed' : 'left out';
  }

  /** May be called twice. */
  close(): void {
    this.#rows?.close();
    this.#sorter.close();
  }
}
