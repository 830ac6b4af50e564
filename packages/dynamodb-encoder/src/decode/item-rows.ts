import { asRowError, atRow, rowError } from '@ekv/adapter';
import type { RowCursor, RowSource } from '@ekv/snapshot';
import { ITEM_ROWS } from '../layout/families.ts';
import type { ItemKey } from '../layout/item-key.ts';
import { readItemMessage } from '../layout/item-message.ts';
import { readItemKey } from '../layout/row-keys.ts';
import { type Attribute, attributeValue, type StoredValue } from '../layout/stored-value.ts';
import { ItemRecords } from '../records/item-records.ts';
import type { Table } from '../records/table.ts';
import { type DecodedTable, type GenerationRole, type KeyNames, tableSortKey } from './decoded-table.ts';

/**
 * The item rows of a snapshot, table by table in ascending order of {@link tableSortKey}, generation by generation as texts.
 * What it gives is valid until the next `advance`.
 */
export class ItemRows {
  readonly #rows: RowCursor;
  readonly #refuse: (error: unknown) => void;
  present = false;
  /** See {@link tableSortKey}. */
  sortKey = '';
  generation = 0n;
  /** Rises with each other table or spelling of a generation. */
  headNumber = 0;
  /** Bytes of the key up to these: most rows share them with the row before. */
  #head: Buffer = Buffer.alloc(0);

  /**
   * @param refuse gets a RowError for each key that cannot be right; the row is passed over unless it throws. Default: it
   * throws, as on rows that were checked before.
   */
  constructor(source: RowSource, refuse: (error: unknown) => void = rethrow) {
    this.#rows = source.rows(ITEM_ROWS);
    this.#refuse = refuse;
    this.advance();
  }

  /** The row at hand. */
  get at(): Readonly<Pick<RowCursor, 'bytes' | 'keyStart' | 'keyEnd' | 'valueStart' | 'valueEnd'>> {
    return this.#rows;
  }

  /** Offset in its bytes of what stands after the generation in the key: the parts of the key attributes. */
  get partsStart(): number {
    return this.#rows.keyStart + this.#head.length;
  }

  /** Goes to the next row. */
  advance(): void {
    const rows = this.#rows;
    do this.present = rows.next();
    while (this.present && !this.#takeKey());
  }

  /** Goes to the first row that is not before the table. */
  advanceTo(sortKey: string): void {
    while (this.present && this.sortKey < sortKey) this.advance();
  }

  /** Goes to the first item of a table that is not stale; false when it has none. */
  firstOf(table: DecodedTable): boolean {
    this.advanceTo(table.sortKey);
    return this.#isItemOf(table) || this.nextOf(table);
  }

  /** Goes to the next item of the table at hand that is not stale; false after the last. */
  nextOf(table: DecodedTable): boolean {
    while (this.present && this.sortKey === table.sortKey) {
      this.advance();
      if (this.#isItemOf(table)) return true;
    }
    return false;
  }

  #isItemOf(table: DecodedTable): boolean {
    return this.present && this.sortKey === table.sortKey && table.roleOf(this.generation) !== 'stale';
  }

  /** Throws RowError. */
  attributes(): Attribute[] {
    const { bytes, valueStart, valueEnd } = this.#rows;
    return atRow(this.#rows, () => readItemMessage(bytes.subarray(valueStart, valueEnd)));
  }

  /** The key attributes of the item at hand. Throws RowError when one is missing or can be no key. */
  key(attributes: readonly Attribute[], names: KeyNames): ItemKey {
    const hash = this.#keyValue(attributes, names.hashKey, 'hash', names);
    const range = names.rangeKey.length === 0 ? undefined : this.#keyValue(attributes, names.rangeKey, 'range', names);
    return { hash, range };
  }

  /** Throws RowError for an item that encode would refuse: a number in a key or an index that is none. */
  checkEncodable(attributes: Attribute[], table: Table): void {
    atRow(this.#rows, () => new ItemRecords(table, attributes));
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

  /** Whether the key of the row can be right. */
  #takeKey(): boolean {
    return this.#isSameHead() || this.#takeHead();
  }

  #isSameHead(): boolean {
    const { bytes, keyStart, keyEnd } = this.#rows;
    const head = this.#head;
    const { length } = head;
    if (length === 0 || keyEnd - keyStart <= length) return false;
    for (let i = length - 1; i >= 0; i--) if (bytes[keyStart + i] !== head[i]) return false;
    return true;
  }

  #takeHead(): boolean {
    const { bytes, keyStart, keyEnd } = this.#rows;
    const key = bytes.subarray(keyStart, keyEnd);
    try {
      const { table, generation, partsAt } = readItemKey(key);
      this.sortKey = tableSortKey(table);
      this.generation = generation;
      this.headNumber++;
      this.#head = Buffer.from(key.subarray(0, partsAt));
      return true;
    } catch (error) {
      this.#refuse(asRowError(this.#rows, error));
      return false;
    }
  }
}

function rethrow(error: unknown): never {
  throw error;
}

/** One item of a table. */
export interface DecodedItem {
  /** How many items of the table come before it. */
  readonly ordinal: number;
  readonly role: Exclude<GenerationRole, 'stale'>;
  readonly attributes: Attribute[];
  readonly key: ItemKey;
}

/**
 * The items of a table, stale ones left out; on rows that were checked before. Valid until the next one.
 *
 * @param leftOut is called for each stale one.
 */
export function* itemsOf(rows: ItemRows, table: DecodedTable, leftOut?: () => void): Generator<DecodedItem> {
  rows.advanceTo(table.sortKey);
  for (let ordinal = 0; rows.present && rows.sortKey === table.sortKey; rows.advance()) {
    const role = table.roleOf(rows.generation);
    if (role === 'stale') {
      leftOut?.();
      continue;
    }
    const attributes = rows.attributes();
    yield { ordinal, role, attributes, key: rows.key(attributes, table.keys) };
    ordinal++;
  }
}

/**
 * Passes over the rows of tables that do not exist, up to the next one that does: for each of them, how many there are.
 *
 * @param sortKey of the next table, see `tableSortKey`; `undefined` after the last. @param each is called at each row.
 */
export function* orphansBefore(
  rows: ItemRows,
  sortKey: string | undefined,
  each?: () => void,
): Generator<{ readonly sortKey: string; readonly count: number }, void, undefined> {
  while (rows.present && (sortKey === undefined || rows.sortKey < sortKey)) {
    const orphaned = rows.sortKey;
    let count = 0;
    for (; rows.present && rows.sortKey === orphaned; rows.advance()) {
      count++;
      each?.();
    }
    yield { sortKey: orphaned, count };
  }
}
