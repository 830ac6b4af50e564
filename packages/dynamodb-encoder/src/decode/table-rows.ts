import type { Problems } from '@ekv/dump-tree';
import { ExternalSorter, type RowCursor, type RowSource, type ScratchFolder, type SortedRows } from '@ekv/snapshot';
import { TABLE_ROWS } from '../layout/families.ts';
import { tableOfTableKey } from '../layout/row-keys.ts';
import { parseTable, type StoredTable } from '../layout/table-message.ts';
import { readingRow } from './row-error.ts';

const ARENA_BYTES = 8 << 20;

/**
 * The tables of a snapshot in the order in which their items stand. Table rows are in another one where the name of a table
 * in its key is the beginning of another's, so they are sorted, on disk when they are many.
 */
export class TableRows {
  readonly #rows: SortedRows;
  present = false;

  /** Reads all table rows; those that are wrong are kept as problems and left out. */
  constructor(source: RowSource, scratch: ScratchFolder, problems: Problems) {
    const sorter = new ExternalSorter({ scratch, arenaBytes: ARENA_BYTES });
    const rows = source.rows(TABLE_ROWS);
    while (rows.next()) {
      problems.attempt(() => {
        const { nameInKey, message } = readTable(rows);
        sorter.add(Buffer.from(orderedTable(nameInKey), 'latin1'), message);
      });
    }
    this.#rows = sorter.sorted();
    this.advance();
  }

  /** The name as it stands in keys, with a bar behind. */
  get order(): string {
    const { bytes, keyStart, keyEnd } = this.#rows;
    return bytes.toString('latin1', keyStart, keyEnd);
  }

  /** A copy of what the row holds. */
  table(): StoredTable {
    const { bytes, payloadStart, payloadEnd } = this.#rows;
    return parseTable(Buffer.from(bytes.subarray(payloadStart, payloadEnd)));
  }

  advance(): void {
    this.present = this.#rows.next();
    if (!this.present) this.#rows.close();
  }
}

/** Name, as it stands in keys, and checked message of the table at hand. Throws RowError. */
export function readTable(rows: RowCursor): { readonly nameInKey: string; readonly message: Buffer } {
  return readingRow(rows, () => {
    const { bytes, keyStart, keyEnd, valueStart, valueEnd } = rows;
    const nameInKey = tableOfTableKey(bytes.subarray(keyStart, keyEnd));
    const message = bytes.subarray(valueStart, valueEnd);
    parseTable(message);
    return { nameInKey, message };
  });
}

/**
 * What the place of a table's items among all items depends on. The bar is above all characters of a name in a key, and
 * byte strings compare as their bytes do.
 */
export function orderedTable(nameInKey: string): string {
  return `${nameInKey}|`;
}
