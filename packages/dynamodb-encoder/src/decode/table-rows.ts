import { atRow } from '@ekv/adapter';
import {
  type Damage,
  type DamageKind,
  ExternalSorter,
  printable,
  type RowCursor,
  type RowSource,
  type ScratchFolder,
  SMALL_SORT_BYTES,
  type SortedRows,
} from '@ekv/snapshot';
import { TABLE_ROWS } from '../layout/families.ts';
import { readTableKey } from '../layout/row-keys.ts';
import { readTableMessage, type StoredTable } from '../layout/table-message.ts';
import { DecodedTable, nameOfSortKey, tableSortKey } from './decoded-table.ts';

const TABLE_NAMES: DamageKind = {
  name: 'table_names',
  says: 'tables have another name in their row than in its key',
  advice: 'they were written under the name of the key',
};

/**
 * The tables of a snapshot in the order in which their items stand. Table rows are in another one where the name of a table
 * in its key is the beginning of another's, so they are sorted, on disk when they are many.
 */
export class TableRows {
  readonly #rows: SortedRows;
  readonly #damage: Damage | undefined;
  present = false;

  /** Reads all table rows. @param refuse gets a RowError for each that is wrong; it is left out unless that throws. */
  constructor(source: RowSource, scratch: ScratchFolder, refuse: (error: unknown) => void) {
    this.#damage = source.damage;
    const sorter = new ExternalSorter({ scratch, arenaBytes: SMALL_SORT_BYTES });
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

  /** The table at hand and those after it. The caller closes. */
  *all(): Generator<DecodedTable, void, undefined> {
    for (; this.present; this.advance()) yield new DecodedTable(this.#namedByKey(), this.sortKey);
  }

  /** Of a snapshot that is salvaged, the name in the key counts: encode takes no other, and the items have it too. */
  #namedByKey(): StoredTable {
    const schema = this.table();
    const name = nameOfSortKey(this.sortKey);
    if (this.#damage === undefined || schema.name.equals(name)) return schema;
    this.#damage.add(TABLE_NAMES, () => `the table ${printable(name)}, which its row calls ${printable(schema.name)}`);
    return { ...schema, name };
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
