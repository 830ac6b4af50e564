import { tableFolderName } from '../files/key-names.ts';
import { DYNAMODB_FOLDER, ITEMS_NAME, SCHEMA_NAME } from '../files/paths.ts';
import { type ItemKey, itemIdentity } from '../layout/item-key.ts';
import type { Attribute } from '../layout/stored-value.ts';
import type { StoredTable } from '../layout/table-message.ts';
import type { ItemRows, KeyNames } from './item-rows.ts';

/** A table that is decoded: its schema, and where it goes. */
export class DecodedTable {
  readonly schema: StoredTable;
  readonly name: string;
  /** Place of its items among the rows of all tables. */
  readonly order: string;
  readonly keys: KeyNames;
  readonly schemaPath: string;
  readonly itemsFolder: string;

  constructor(schema: StoredTable, order: string) {
    this.schema = schema;
    this.order = order;
    // The folder is named by the key: only the key is unique.
    const name = Buffer.from(order.slice(0, -1), 'base64url');
    this.name = name.toString();
    this.keys = { hashKey: schema.hashKey, rangeKey: schema.rangeKey, shown: JSON.stringify(this.name) };
    const folder = `${DYNAMODB_FOLDER}/${tableFolderName(name)}`;
    this.schemaPath = `${folder}/${SCHEMA_NAME}`;
    this.itemsFolder = `${folder}/${ITEMS_NAME}`;
  }

  /**
   * Whether items of a generation are the table's. docs/format/04-dynamodb.md, section 5.
   *
   * @returns `source`: unless the active generation has the same item.
   */
  partOf(generation: bigint): 'active' | 'source' | 'stale' {
    if (generation === this.schema.generation) return 'active';
    return generation !== 0n && generation === this.schema.sourceGeneration ? 'source' : 'stale';
  }
}

/** One item of a table. */
export interface DecodedItem {
  /** How many items of the table come before it. */
  readonly ordinal: number;
  readonly part: 'active' | 'source';
  readonly attributes: Attribute[];
  readonly key: ItemKey;
}

/** The items of a table, stale ones left out; on rows that were checked before. Valid until the next one. */
export function* itemsOf(rows: ItemRows, table: DecodedTable): Generator<DecodedItem> {
  rows.advanceTo(table.order);
  for (let ordinal = 0; rows.present && rows.order === table.order; rows.advance()) {
    const part = table.partOf(rows.generation);
    if (part === 'stale') continue;
    const attributes = rows.attributes();
    yield { ordinal, part, attributes, key: rows.key(attributes, table.keys) };
    ordinal++;
  }
}

/** Learns from the keys of a table whether two of its items could have one name or be one item. */
export class KeyCensus {
  #stretch = 0;
  /** Whether rows stand under other segments than encode gives, or under several generations. */
  #isOdd = false;
  readonly #hash = { numbers: false, others: false };
  readonly #range = { numbers: false, others: false };
  #hasEmptyHash = false;
  #hasHashLikeFile = false;

  add(key: ItemKey, rows: ItemRows): void {
    const { hash, range } = key;
    if (this.#stretch === 0) this.#stretch = rows.stretch;
    if (rows.stretch !== this.#stretch || !itemIdentity(key).equals(rows.segments)) this.#isOdd = true;
    this.#hash[hash.kind === 'N' ? 'numbers' : 'others'] = true;
    if (range === undefined) return;
    this.#range[range.kind === 'N' ? 'numbers' : 'others'] = true;
    if (hash.kind === 'S' && hash.bytes.length === 0) this.#hasEmptyHash = true;
    else if ('bytes' in hash && hash.bytes.includes('.json')) this.#hasHashLikeFile = true;
  }

  /**
   * Names of one kind differ when keys do; a number can have the name of a text. The file of an item with an empty hash key
   * can stand where another item's folder should.
   */
  mayCollide(): boolean {
    const [hash, range] = [this.#hash, this.#range];
    if (this.#isOdd || (this.#hasEmptyHash && this.#hasHashLikeFile)) return true;
    return (hash.numbers && hash.others) || (range.numbers && range.others);
  }
}
