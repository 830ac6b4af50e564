import { type Owner, RowOwner } from '@ekv/adapter';
import type { RowSource, ScratchFolder } from '@ekv/snapshot';
import type { DecodedTable } from '../decode/decoded-table.ts';
import { settleEqualItems } from '../decode/equal-items.ts';
import { ItemExceptions } from '../decode/item-exceptions.ts';
import { type DecodedItem, ItemRows, itemsOf, orphansBefore } from '../decode/item-rows.ts';
import { KeyCensus } from '../decode/key-census.ts';
import type { DecodeWarnings } from '../decode/table-warnings.ts';
import { dynamodbOwners } from '../owners/dynamodb-owners.ts';

const NOTHING = Buffer.alloc(0);

/** The items of tables, which are asked for in the order of their items, in one walk over the item rows as a rule. */
export class TableItems {
  readonly #source: RowSource;
  readonly #scratch: ScratchFolder;
  readonly #warnings: DecodeWarnings;
  readonly #rows: ItemRows;
  #examined: ItemRows | undefined;

  constructor(source: RowSource, scratch: ScratchFolder, warnings: DecodeWarnings) {
    this.#source = source;
    this.#scratch = scratch;
    this.#warnings = warnings;
    this.#rows = new ItemRows(source);
  }

  /** Whose the item is that was given last: a copy. */
  owner(): Owner {
    const { bytes, keyStart, keyEnd } = this.#rows.at;
    const found = new RowOwner();
    dynamodbOwners.find(found, bytes, keyStart, keyEnd);
    return found.owner();
  }

  /** Passes over items without a table. @param sortKey of the next table; `undefined` after the last. */
  orphansBefore(sortKey: string | undefined): void {
    for (const orphans of orphansBefore(this.#rows, sortKey))
      this.#warnings.addOrphans(orphans.sortKey, orphans.count, this.#source.damage);
  }

  /**
   * Those that decode writes, in the order of their rows; valid until the next one. Two rows can be one item only during a migration, and
   * in tables with keys that no server of today gives: a second walk finds them then.
   */
  *of(table: DecodedTable): Generator<DecodedItem, void, undefined> {
    const rows = this.#rows;
    const census = new KeyCensus();
    let stale = 0;
    // Items of the source come first as a rule, and those that replace them after them.
    let exceptions = table.schema.sourceGeneration === 0n ? undefined : this.#exceptions(table);
    try {
      for (const item of itemsOf(rows, table, () => stale++)) {
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
    this.#warnings.addStale(table, stale);
  }

  #exceptions(table: DecodedTable): ItemExceptions {
    this.#examined ??= new ItemRows(this.#source);
    const exceptions = new ItemExceptions(this.#scratch);
    let equal = 0;
    settleEqualItems(this.#examined, table, this.#scratch, {
      payloadOf: () => NOTHING,
      keep: () => {},
      leaveOut: (ordinal, why) => {
        exceptions.leaveOut(ordinal);
        if (why === 'equal') equal++;
      },
    });
    this.#warnings.addEqual(table, equal);
    return exceptions;
  }
}
