import type { JsonBytes, Problems, TreeSink } from '@ekv/dump-tree';
import { type DamageKind, printable, type RowSource, type ScratchFolder, type Warn } from '@ekv/snapshot';
import { writeItem } from '../files/item-json.ts';
import { collidingName, EMPTY_HASH_FOLDER, type ItemPlace, itemPath, itemPlace } from '../files/key-names.ts';
import { ITEMS_NAME } from '../files/paths.ts';
import { writeSchema } from '../files/schema-json.ts';
import { itemIdentity } from '../layout/item-key.ts';
import type { StoredTable } from '../layout/table-message.ts';
import { ItemRows } from './item-rows.ts';
import { findNameConflicts, type NameConflicts } from './name-conflicts.ts';
import { DecodedTable, itemsOf, KeyCensus } from './table-items.ts';
import { TableWarnings } from './table-warnings.ts';

export interface ItemDecoderOptions {
  readonly source: RowSource;
  readonly sink: TreeSink;
  readonly scratch: ScratchFolder;
  readonly problems: Problems;
  readonly json: JsonBytes;
}

/**
 * Decodes tables in the order of their items. Three cursors walk over the item rows, each once: the first checks the rows of
 * a table, the second, only where names could meet, finds those that do, the third writes.
 */
export class ItemDecoder {
  readonly #options: ItemDecoderOptions;
  readonly #checked: ItemRows;
  #examined: ItemRows | undefined;
  readonly #written: ItemRows;
  readonly #orphans = new TableWarnings('ddb_orphan_items', { loss: true });
  readonly #stale = new TableWarnings('ddb_stale_generation_items', { loss: true });
  readonly #colliding = new TableWarnings('ddb_colliding_names', { loss: false });
  readonly #equal = new TableWarnings('ddb_equal_keys', { loss: true });

  constructor(options: ItemDecoderOptions) {
    this.#options = options;
    this.#checked = new ItemRows(options.source);
    this.#written = new ItemRows(options.source);
    this.#advance();
  }

  /**
   * Checks and leaves out the items of tables that do not exist.
   *
   * @param order of the next table, see `orderedTable`; `undefined` behind the last.
   */
  orphansBefore(order: string | undefined): void {
    const rows = this.#checked;
    while (rows.present && (order === undefined || rows.order < order)) {
      const orphaned = rows.order;
      let count = 0;
      for (; rows.present && rows.order === orphaned; this.#advance()) {
        count++;
        this.#options.problems.attempt(() => rows.attributes());
      }
      const encoded = orphaned.slice(0, -1);
      this.#orphans.add('items of a table that does not exist (any more) were left out', count, {
        encoded_table: encoded,
        table: Buffer.from(encoded, 'base64url').toString(),
        buffered_items: count,
      });
    }
  }

  /** Checks the items of a table, and writes it unless there is a problem. @param order see `orderedTable`. */
  table(stored: StoredTable, order: string): void {
    const schema = this.#named(stored, order);
    const table = new DecodedTable(schema, order);
    const mayCollide = this.#check(table);
    const { problems, sink, json } = this.#options;
    if (problems.count > 0) return;
    writeSchema(json, schema);
    sink.file(table.schemaPath, json.view());
    sink.folder(table.itemsFolder);
    const conflicts = mayCollide ? this.#conflicts(table) : undefined;
    for (const { ordinal, attributes, key } of itemsOf(this.#written, table)) {
      const decision = conflicts?.take(ordinal) ?? 'ordinary';
      if (decision === 'left out') continue;
      const ordinary = itemPlace(key.hash, key.range);
      const place = conflicts === undefined ? ordinary : movedPlace(ordinary, table, conflicts);
      const name = decision === 'renamed' ? collidingName(itemIdentity(key), place.name) : place.name;
      writeItem(json, attributes);
      sink.file(`${table.itemsFolder}/${itemPath({ ...place, name })}`, json.view());
    }
    conflicts?.close();
  }

  /** Of a snapshot that is salvaged, the name in the key counts: encode takes no other, and the items have it too. */
  #named(schema: StoredTable, order: string): StoredTable {
    const { damage } = this.#options.source;
    const name = Buffer.from(order.slice(0, -1), 'base64url');
    if (damage === undefined || schema.name.equals(name)) return schema;
    damage.add(TABLE_NAMES, () => `the table ${printable(name)}, which its row calls ${printable(schema.name)}`);
    return { ...schema, name };
  }

  /** To be called behind the last table, when there was no problem. */
  report(warn: Warn): void {
    for (const warnings of [this.#orphans, this.#stale, this.#colliding, this.#equal]) warnings.report(warn);
  }

  /** Goes to the next row that has a key that can be right. */
  #advance(): void {
    const goOn = () => {
      this.#checked.advance();
      return true;
    };
    while (this.#options.problems.attempt(goOn) === undefined);
  }

  /** Reads all rows of the table. @returns whether names could meet. */
  #check(table: DecodedTable): boolean {
    const rows = this.#checked;
    const { problems } = this.#options;
    const census = new KeyCensus();
    let stale = 0;
    for (; rows.present && rows.order === table.order; this.#advance()) {
      const isStale = table.partOf(rows.generation) === 'stale';
      if (isStale) stale++;
      problems.attempt(() => {
        const attributes = rows.attributes();
        if (!isStale) census.add(rows.key(attributes, table.keys), rows);
      });
    }
    if (stale > 0) {
      const { generation, sourceGeneration } = table.schema;
      this.#stale.add('items of an earlier table of the same name, which no server serves, were left out', stale, {
        table: table.name,
        active_generation: generation,
        migration_source_generation: sourceGeneration,
        stale_count: stale,
      });
    }
    return census.mayCollide();
  }

  #conflicts(table: DecodedTable): NameConflicts {
    this.#examined ??= new ItemRows(this.#options.source);
    const conflicts = findNameConflicts(this.#examined, table, this.#options.scratch);
    if (conflicts.colliding > 0) {
      this.#colliding.add('items whose file name another item has got a name of their own', conflicts.colliding, {
        table: table.name,
        count: conflicts.colliding,
      });
    }
    if (conflicts.equal > 0) {
      this.#equal.add('items were left out: their keys are equal as numbers to those of others', conflicts.equal, {
        table: table.name,
        count: conflicts.equal,
        example: `${ITEMS_NAME}/${conflicts.equalExample}`,
      });
    }
    return conflicts;
  }
}

const TABLE_NAMES: DamageKind = {
  name: 'table_names',
  says: 'tables have another name in their row than in its key',
  advice: 'they were written under the name of the key',
};

/** Where an item with an empty hash key goes when a file in `items/` stands in the place of a folder. */
function movedPlace(place: ItemPlace, table: DecodedTable, conflicts: NameConflicts): ItemPlace {
  const isComposite = table.schema.rangeKey.length > 0;
  if (!isComposite || place.folder !== '' || !conflicts.emptyHashNeedsFolder) return place;
  return { folder: EMPTY_HASH_FOLDER, name: place.name };
}
