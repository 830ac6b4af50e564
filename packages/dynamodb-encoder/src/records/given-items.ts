import { ArgumentError, DataError, type Findings, type SnapshotRow } from '@ekv/snapshot';
import { ItemSense } from '../sense/item-sense.ts';
import { ANSWER_ADVICE, isAnswer } from './answer.ts';
import type { Item } from './attribute-value.ts';
import { GivenValues } from './given-values.ts';
import { ItemName } from './item-name.ts';
import { ItemRecords } from './item-records.ts';
import type { Table } from './table.ts';

/** Makes the rows of items of one table as programs give them. */
export class GivenItems {
  readonly #table: Table;
  readonly #name: ItemName;
  readonly #values: GivenValues;
  readonly #sense: ItemSense | undefined;

  /** @param findings gets what makes no sense; without it nothing is looked for. */
  constructor(table: Table, counted: 'one' | 'one of many', findings: Findings | undefined) {
    this.#table = table;
    this.#name = new ItemName(table, counted);
    this.#values = new GivenValues(this.#name);
    this.#sense = findings && new ItemSense(findings, table.schema);
  }

  /** The item's own row first. Throws ArgumentError and DataError that name the item. */
  records(item: Item): readonly SnapshotRow[] {
    this.#name.next(item);
    try {
      const attributes = this.#values.attributes(item);
      const { records } = new ItemRecords(this.#table, attributes);
      this.#sense?.check(this.#name, attributes, records[0]!.value.length);
      return records;
    } catch (error) {
      throw this.#named(error, item);
    }
  }

  #named(error: unknown, item: unknown): unknown {
    if (error instanceof RangeError && error.message.startsWith('Maximum call stack'))
      return new DataError(`${this.#name}: lists and maps are nested too deep for this thread`, { cause: error });
    if (error instanceof ArgumentError && isAnswer(item)) return new ArgumentError(`${this.#name} ${ANSWER_ADVICE}`);
    // An ArgumentError names it already.
    if (!(error instanceof DataError)) return error;
    return new DataError(`${this.#name}: ${error.message}`, { cause: error });
  }
}
