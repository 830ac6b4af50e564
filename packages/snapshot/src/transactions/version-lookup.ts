import { TIMESTAMP_BYTES } from '../format/constants.ts';
import { ExternalSorter } from '../sort/external-sorter.ts';
import type { ScratchFolder } from '../sort/scratch.ts';
import { SIDE_SORT_BYTES } from '../sort/sort-memory.ts';
import type { SortedRows } from '../sort/sorted-run.ts';
import { encodedKey } from './encoded-key.ts';
import type { VersionCursor } from './version-cursor.ts';

/** The answer to one question: views that hold during the call. */
export type TakeAnswer = (found: boolean, encoded: Buffer, note: Buffer) => void;

/** Answers whether keys have a version at exactly a timestamp, for any number of keys, by one walk over all rows. */
export class VersionLookup {
  readonly #sorter: ExternalSorter;

  constructor(scratch: ScratchFolder) {
    this.#sorter = new ExternalSorter({ scratch, arenaBytes: SIDE_SORT_BYTES });
  }

  /** @param note comes with the answer. */
  ask(storedKey: Uint8Array, timestamp: bigint, note: Uint8Array): void {
    this.#sorter.add(encodedKey(storedKey, timestamp), note);
  }

  /** Once, after all questions. @param open gives all rows; it is not called when nothing was asked. */
  answer(open: () => VersionCursor, take: TakeAnswer): void {
    if (this.#sorter.count === 0) return;
    const asked = this.#sorter.sorted();
    const rows = open();
    let hasRow = rows.next();
    while (asked.next()) {
      const { bytes, keyStart, keyEnd, payloadStart, payloadEnd } = asked;
      let order = -1;
      while (hasRow) {
        order = compareKeys(rows, asked);
        if (order >= 0) break;
        hasRow = rows.next();
      }
      take(hasRow && order === 0, bytes.subarray(keyStart, keyEnd), bytes.subarray(payloadStart, payloadEnd));
    }
  }

  close(): void {
    this.#sorter.close();
  }
}

function compareKeys(row: VersionCursor, asked: SortedRows): number {
  return row.bytes.compare(asked.bytes, asked.keyStart, asked.keyEnd, row.keyStart, row.keyEnd + TIMESTAMP_BYTES);
}
