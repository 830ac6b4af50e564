import type { RowSource, ScratchFolder } from '@ekv/snapshot';
import type { DecodedTable } from '../decode/decoded-table.ts';
import { settleEqualItems } from '../decode/equal-items.ts';
import { ItemExceptions } from '../decode/item-exceptions.ts';
import { type DecodedItem, ItemRows, itemsOf } from '../decode/item-rows.ts';
import { KeyCensus } from '../decode/key-census.ts';

const NOTHING = Buffer.alloc(0);

/** The items of tables, which are asked for in the order of their items, in one walk over the item rows as a rule. */
export class TableItems {
  readonly #source: RowSource;
  readonly #scratch: ScratchFolder;
  readonly #rows: ItemRows;
  #examined: ItemRows | undefined;

  constructor(source: RowSource, scratch: ScratchFolder) {
    this.#source = source;
    this.#scratch = scratch;
    this.#rows = new ItemRows(source);
  }

  /**
   * Those that decode writes, in the order of their rows; valid until the next one. Two rows can be one item only during a migration, and
   * in tables with keys that no server of today gives: a second walk finds them then.
   */
  *of(table: DecodedTable): Generator<DecodedItem, void, undefined> {
    const rows = this.#rows;
    const census = new KeyCensus();
    // Items of the source come first as a rule, and those that replace them after them.
    let exceptions = table.schema.sourceGeneration === 0n ? undefined : this.#exceptions(table);
    try {
      for (const item of itemsOf(rows, table)) {
        if (exceptions === undefined) {
          census.add(item.key, rows);
          // Whatever was given before stays: of equal items of one generation the first does.
          if (census.isOdd) exceptions = this.#exceptions(table);
        }
        if (exceptions?.take(item.ordinal) !== 'left out') yield item;
      }
    } finally {
      exceptions?.close();
    }
  }

  #exceptions(table: DecodedTable): ItemExceptions {
    this.#examined ??= new ItemRows(this.#source);
    const exceptions = new ItemExceptions(this.#scratch);
    settleEqualItems(this.#examined, table, this.#scratch, {
      payloadOf: () => NOTHING,
      keep: () => {},
      leaveOut: (ordinal) => exceptions.leaveOut(ordinal),
    });
    return exceptions;
  }
}
