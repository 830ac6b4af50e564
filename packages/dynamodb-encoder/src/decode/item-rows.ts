import type { RowCursor, RowSource } from '@ekv/snapshot';
import { ITEM_ROWS } from '../layout/families.ts';
import type { ItemKey } from '../layout/item-key.ts';
import { parseItem } from '../layout/item-message.ts';
import { itemKeyParts } from '../layout/row-keys.ts';
import { type Attribute, attributeValue, type StoredValue } from '../layout/stored-value.ts';
import type { KeySchema, TableSchema } from '../layout/table-message.ts';
import { ItemRecords } from '../records/item-records.ts';
import { Table } from '../records/table.ts';
import { readingRow, rowError } from './row-error.ts';
import { orderedTable } from './table-rows.ts';

/** A schema's key names, and the table for messages. */
export interface KeyNames extends KeySchema {
  /** One line. */
  readonly shown: string;
}

/**
 * The item rows of a snapshot, table by table in ascending order of {@link orderedTable}, generation by generation as texts.
 * What it gives is valid until the next `advance`.
 */
export class ItemRows {
  readonly #rows: RowCursor;
  /** Before the first row. */
  isAtStart = true;
  present = false;
  /** See {@link orderedTable}. */
  order = '';
  generation = 0n;
  /** Rises with each other table or spelling of a generation. */
  stretch = 0;
  /** What stands behind the generation in the key. */
  segments: Buffer = Buffer.alloc(0);
  /** Whether `#head` is that of the row at hand. */
  #isRead = false;
  /** Bytes of the key up to the segments: most rows share them with the row before. */
  #head: Buffer = Buffer.alloc(0);

  constructor(source: RowSource) {
    this.#rows = source.rows(ITEM_ROWS);
  }

  /**
   * Goes to the next row. Throws RowError for a key that cannot be right; the next call goes on behind it.
   */
  advance(): void {
    const rows = this.#rows;
    this.isAtStart = false;
    this.present = rows.next();
    if (!this.present) return;
    const key = rows.bytes.subarray(rows.keyStart, rows.keyEnd);
    if (!this.#isSameHead(key)) {
      this.#isRead = false;
      const { table, generation, segmentsAt } = readingRow(rows, () => itemKeyParts(key));
      this.order = orderedTable(table);
      this.generation = generation;
      this.stretch++;
      this.#head = Buffer.from(key.subarray(0, segmentsAt));
      this.#isRead = true;
    }
    this.segments = key.subarray(this.#head.length);
  }

  /** Goes to the first row that is not before the table; on rows that were checked before. */
  advanceTo(order: string): void {
    if (!this.#isRead) this.advance();
    while (this.present && this.order < order) this.advance();
  }

  /** Throws RowError. */
  attributes(): Attribute[] {
    const { bytes, valueStart, valueEnd } = this.#rows;
    return readingRow(this.#rows, () => parseItem(bytes.subarray(valueStart, valueEnd)));
  }

  /** The key attributes of the item at hand. Throws RowError when one is missing or can be no key. */
  key(attributes: readonly Attribute[], names: KeyNames): ItemKey {
    const hash = this.#keyValue(attributes, names.hashKey, 'hash', names);
    const range = names.rangeKey.length === 0 ? undefined : this.#keyValue(attributes, names.rangeKey, 'range', names);
    return { hash, range };
  }

  /** Throws RowError for an item that encode would refuse: a number in a key or an index that is none. */
  checkEncodable(attributes: Attribute[], schema: TableSchema): void {
    readingRow(this.#rows, () => new ItemRecords(new Table(schema), attributes));
  }

  #keyValue(attributes: readonly Attribute[], name: Buffer, role: string, { shown }: KeyNames): StoredValue {
    const value = attributeValue(attributes, name);
    const attribute = `the ${role} attribute ${JSON.stringify(name.toString())} of the table ${shown}`;
    if (value === undefined) throw rowError(this.#rows, `the item lacks ${attribute}`);
    if (value.kind === 'none') throw rowError(this.#rows, `${attribute} has no value in this item`);
    if (value.kind !== 'S' && value.kind !== 'N' && value.kind !== 'B')
      throw rowError(this.#rows, `${attribute} must be S, N or B, in this item it is ${value.kind}`);
    return value;
  }

  #isSameHead(key: Buffer): boolean {
    const length = this.#head.length;
    return this.#isRead && key.length > length && key.compare(this.#head, 0, length, 0, length) === 0;
  }
}
