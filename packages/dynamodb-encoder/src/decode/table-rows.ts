import { atRow } from '@ekv/adapter';
import {
  ExternalSorter,
  type RowCursor,
  type RowSource,
  type ScratchFolder,
  SIDE_SORT_BYTES,
  type SortedRows,
} from '@ekv/snapshot';
import { TABLE_ROWS } from '../layout/families.ts';
import { readTableKey } from '../layout/row-keys.ts';
import { readTableMessage, type StoredTable } from '../layout/table-message.ts';
import { tableSortKey } from './decoded-table.ts';

/**
 * The tables of a snapshot in the order in which their items stand. Table rows are in another one where the name of a table
 * in its key is the beginning of another's, so they are sorted, on disk when they are many.
 */
export class TableRows {
  readonly #rows: SortedRows;
  present = false;

  /** Reads all table rows. @param refuse gets a RowError for each that is wrong; it is left out unless that throws. */
  constructor(source: RowSource, scratch: ScratchFolder, refuse: (error: unknown) => void) {
    const sorter = new ExternalSorter({ scratch, arenaBytes: SIDE_SORT_BYTES });
    const rows = source.rows(TABLE_ROWS);
    while (rows.next()) {
      try {
        const { nameInKey, message } = readTableRow(rows);
        sorter.add(Buffer.from(tableSortKey(nameInKey), 'latin1'), message);
      } catch (error) {
        refuse(error);
      }
    }
    this.#rows = sorter.sorted();
    this.advance();
  }

  /** Of the table at hand, see {@link tableSortKey}. */
  get sortKey(): string {
    const { bytes, keyStart, keyEnd } = this.#rows;
    return bytes.toString('latin1', keyStart, keyEnd);
  }

  /** A copy of what the row holds. */
  table(): StoredTable {
    const { bytes, payloadStart, payloadEnd } = this.#rows;
    return readTableMessage(Buffer.from(bytes.subarray(payloadStart, payloadEnd)));
  }

  /** Goes to the next table. */
  advance(): void {
    this.present = this.#rows.next();
    if (!this.present) this.close();
  }

  /** Lets go of memory and scratch; may be called twice. */
  close(): void {
    this.#rows.close();
  }
}

/** Name, as it stands in keys, and checked message of the table at hand. Throws RowError. */
export function readTableRow(rows: RowCursor): { readonly nameInKey: string; readonly message: Buffer } {
  return atRow(rows, () => {
    const { bytes, keyStart, keyEnd, valueStart, valueEnd } = rows;
    const nameInKey = readTableKey(bytes.subarray(keyStart, keyEnd));
    const message = bytes.subarray(valueStart, valueEnd);
    readTableMessage(message);
    return { nameInKey, message };
  });
}
