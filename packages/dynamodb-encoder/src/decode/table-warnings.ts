import { type Damage, SINGLE_WARNINGS, type Warn, type Warning } from '@ekv/snapshot';
import { type DecodedTable, nameInKeyOf, nameOfSortKey } from './decoded-table.ts';

const NO_TABLE = 'items of a table that does not exist (any more) were left out';
const NO_READABLE_TABLE =
  'items of a table without a row that can be read were left out: the row is damaged, or the table does not exist (any more)';

/** What an operator should know of tables whose items are not all that their rows were. docs/format/04-dynamodb.md, sections 5 and 6.6. */
export class DecodeWarnings {
  readonly #orphans = new TableWarnings('ddb_orphan_items', { loss: true });
  readonly #stale = new TableWarnings('ddb_stale_generation_items', { loss: true });
  readonly #colliding = new TableWarnings('ddb_colliding_names', { loss: false });
  readonly #equal = new TableWarnings('ddb_equal_keys', { loss: true });

  /** @param sortKey of the table that is not there. @param damage when the snapshot is salvaged. */
  addOrphans(sortKey: string, count: number, damage: Damage | undefined): void {
    this.#orphans.add(damage === undefined ? NO_TABLE : NO_READABLE_TABLE, count, {
      encoded_table: nameInKeyOf(sortKey),
      table: nameOfSortKey(sortKey).toString(),
      buffered_items: count,
    });
  }

  addStale({ name, schema }: DecodedTable, count: number): void {
    if (count === 0) return;
    this.#stale.add('items of an earlier table of the same name, which no server serves, were left out', count, {
      table: name,
      active_generation: schema.generation,
      migration_source_generation: schema.sourceGeneration,
      stale_count: count,
    });
  }

  addColliding({ name }: DecodedTable, count: number): void {
    if (count === 0) return;
    const message = 'items whose file name another item has got a name of their own';
    this.#colliding.add(message, count, { table: name, count });
  }

  /** @param example where one of them would have stood. */
  addEqual({ name }: DecodedTable, count: number, example?: string): void {
    if (count === 0) return;
    const message = 'items were left out: their keys are equal as numbers to those of others';
    this.#equal.add(message, count, { table: name, count, ...(example !== undefined && { example }) });
  }

  report(warn: Warn): void {
    for (const warnings of [this.#orphans, this.#stale, this.#colliding, this.#equal]) warnings.report(warn);
  }
}

/** Warnings of one kind about tables: one for each of the first tables, then a count. */
class TableWarnings {
  readonly #event: string;
  readonly #loss: boolean;
  readonly #first: Warning[] = [];
  #tables = 0;
  #rows = 0;

  constructor(event: string, { loss }: { readonly loss: boolean }) {
    this.#event = event;
    this.#loss = loss;
  }

  /** @param rows how many rows it is about. */
  add(message: string, rows: number, fields: Warning['fields']): void {
    this.#tables++;
    if (this.#tables > SINGLE_WARNINGS) this.#rows += rows;
    else this.#first.push({ event: this.#event, message, fields, loss: this.#loss });
  }

  report(warn: Warn): void {
    for (const warning of this.#first) warn(warning);
    if (this.#tables <= SINGLE_WARNINGS) return;
    warn({
      event: this.#event,
      message: 'the same in more tables',
      fields: { tables: this.#tables - SINGLE_WARNINGS, rows: this.#rows },
      loss: this.#loss,
    });
  }
}
