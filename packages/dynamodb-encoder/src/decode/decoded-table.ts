import { DYNAMODB_FOLDER, ITEMS_NAME, SCHEMA_NAME, tableFolder } from '../files/paths.ts';
import type { KeySchema, StoredTable } from '../layout/table-message.ts';
import { Table } from '../records/table.ts';

/** A schema's key names, and the table for messages. */
export interface KeyNames extends KeySchema {
  /** One line. */
  readonly shown: string;
}

/** What a generation of items is to its table; `source`: of a migration that is under way. */
export type GenerationRole = 'active' | 'source' | 'stale';

/** A table that is decoded: its schema, and where it goes. */
export class DecodedTable {
  readonly schema: StoredTable;
  readonly name: string;
  /** See `tableSortKey`. */
  readonly sortKey: string;
  readonly keys: KeyNames;
  /** Name of its folder, a byte string. */
  readonly folderName: string;
  readonly schemaPath: string;
  readonly itemsFolder: string;
  #encodable: Table | undefined;

  constructor(schema: StoredTable, sortKey: string) {
    this.schema = schema;
    this.sortKey = sortKey;
    // The folder is named by the key: only the key is unique.
    const name = nameOfSortKey(sortKey);
    this.name = name.toString();
    this.keys = { hashKey: schema.hashKey, rangeKey: schema.rangeKey, shown: JSON.stringify(this.name) };
    const folder = tableFolder(name);
    this.folderName = folder.slice(DYNAMODB_FOLDER.length + 1);
    this.schemaPath = `${folder}/${SCHEMA_NAME}`;
    this.itemsFolder = `${folder}/${ITEMS_NAME}`;
  }

  /** As encode will have it. */
  get encodable(): Table {
    this.#encodable ??= new Table(this.schema);
    return this.#encodable;
  }

  /**
   * Which items are the table's: the active ones, and those of the source that the active generation has not.
   * docs/format/04-dynamodb.md, section 5.
   */
  roleOf(generation: bigint): GenerationRole {
    if (generation === this.schema.generation) return 'active';
    return generation !== 0n && generation === this.schema.sourceGeneration ? 'source' : 'stale';
  }
}

/**
 * What the position of a table's items among all items depends on. The bar is above all characters of a name in a key, and
 * byte strings compare as their bytes do.
 *
 * @param nameInKey the name of the table as it stands in keys.
 */
export function tableSortKey(nameInKey: string): string {
  return `${nameInKey}|`;
}

/** The name of the table, as it stands in keys. */
export function nameInKeyOf(sortKey: string): string {
  return sortKey.slice(0, -1);
}

/** The name of the table. */
export function nameOfSortKey(sortKey: string): Buffer {
  return Buffer.from(nameInKeyOf(sortKey), 'base64url');
}
