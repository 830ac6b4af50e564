import { ArgumentError, Findings, type SnapshotRow, type Warn } from '@ekv/snapshot';
import { givenOnce, isAsyncIterable, isIterable, type WarnOptions, warnOf, wrongKind } from '@ekv/snapshot/arguments';
import { shownText } from '../layout/shown-text.ts';
import type { TableSchema } from '../layout/table-message.ts';
import { checkSchema } from '../sense/schema-sense.ts';
import { isAnswer } from './answer.ts';
import type { Item, ItemOrPage } from './attribute-value.ts';
import { GivenItems } from './given-items.ts';
import { checkedRow } from './item-records.ts';
import { schemaRows } from './schema-rows.ts';
import { Table } from './table.ts';

/** A table of a program, made by `defineTable`. */
export class DefinedTable {
  readonly name: string;
  readonly #table: Table;

  /** Throws DataError for names that make rows too large. */
  constructor(schema: TableSchema) {
    this.#table = new Table(schema);
    this.name = schema.name.toString();
    for (const { key, value } of schemaRows(this.#table)) checkedRow(key, value, `the table ${shownText(this.name)}`);
  }

  /** The table that rows are made of. Throws ArgumentError for anything else. */
  static inner(table: DefinedTable): Table {
    if (typeof table === 'object' && table !== null && #table in table) return table.#table;
    throw new ArgumentError('the table must be one that defineTable() gave');
  }

  /**
   * All rows of the table: its own, then those of the items, as they come. An item is in memory only while its rows are asked for.
   * `writeSnapshot` takes what this gives. Keys must differ from item to item.
   *
   * @param items one by one or in pages; of an async iterable the rows come as an async generator.
   * @param options `warn` is called after the last item.
   * @throws ArgumentError for anything but an item, and DataError for items that can have no rows: when their turn comes. Both say which item.
   */
  rows(items: Iterable<ItemOrPage>, options?: WarnOptions): Generator<SnapshotRow, void, undefined>;
  rows(items: AsyncIterable<ItemOrPage>, options?: WarnOptions): AsyncGenerator<SnapshotRow, void, undefined>;
  rows(
    items: Iterable<ItemOrPage> | AsyncIterable<ItemOrPage>,
    options?: WarnOptions,
  ): Generator<SnapshotRow, void, undefined> | AsyncGenerator<SnapshotRow, void, undefined>;
  rows(items: Iterable<ItemOrPage> | AsyncIterable<ItemOrPage>, options: WarnOptions = {}) {
    const walk = new TableWalk(this.#table, options);
    const name = () => `the items of the table ${shownText(this.name)}`;
    if (isAsyncIterable<ItemOrPage>(items)) return walk.asyncRows(givenOnce(items, name));
    if (isIterable<ItemOrPage>(items)) return walk.rows(givenOnce(items, name));
    if (isAnswer(items))
      throw new ArgumentError(`${name()} are an answer of the SDK; give all answers, as fromSdk(paginateScan(...))`);
    throw wrongKind(items, name, 'an iterable or an async iterable');
  }
}

/** One walk over the items of a table. */
class TableWalk {
  readonly #table: Table;
  readonly #warn: Warn | undefined;
  readonly #findings: Findings | undefined;
  readonly #items: GivenItems;

  constructor(table: Table, options: WarnOptions) {
    this.#table = table;
    this.#warn = warnOf(options, 'rows');
    this.#findings = this.#warn && new Findings();
    this.#items = new GivenItems(table, 'one of many', this.#findings);
  }

  *rows(items: Iterable<ItemOrPage>): Generator<SnapshotRow, void, undefined> {
    yield* this.#schemaRows();
    for (const given of items) for (const item of pageOf(given)) yield* this.#items.records(item);
    this.#report();
  }

  /** Loops in place of `yield*`, which waits once more for each row. */
  async *asyncRows(items: AsyncIterable<ItemOrPage>): AsyncGenerator<SnapshotRow, void, undefined> {
    for (const row of this.#schemaRows()) yield row;
    for await (const given of items)
      for (const item of pageOf(given)) for (const row of this.#items.records(item)) yield row;
    this.#report();
  }

  #schemaRows(): readonly SnapshotRow[] {
    if (this.#findings !== undefined) checkDefined(this.#table, this.#findings);
    return schemaRows(this.#table);
  }

  #report(): void {
    if (this.#warn !== undefined) this.#findings?.report(this.#warn);
  }
}

function pageOf(given: ItemOrPage): readonly Item[] {
  return Array.isArray(given) ? given : [given as Item];
}

/** Looks for what makes no sense in the schema. */
export function checkDefined({ schema }: Table, findings: Findings): void {
  checkSchema(schema, [], `the table ${shownText(schema.name)}`, findings);
}
