import { printable } from '@ekv/snapshot';
import { collidingName, EMPTY_HASH_FOLDER } from '../files/key-names.ts';
import { ITEMS_NAME, type ItemPlace, itemPlace } from '../files/paths.ts';
import { itemIdentity } from '../layout/item-key.ts';
import type { DecodeContext } from './decode-context.ts';
import { type DecodedTable, nameOfSortKey } from './decoded-table.ts';
import type { ItemFiles } from './item-files.ts';
import { writeItemLines } from './item-lines.ts';
import type { ItemParts } from './item-parts.ts';
import { ItemRows, itemsOf, orphansBefore } from './item-rows.ts';
import { KeyCensus } from './key-census.ts';
import { findNameConflicts, type NameConflicts } from './name-conflicts.ts';
import { PlainItem } from './plain-item.ts';

/**
 * Decodes the items of tables, which are asked for in the order of their items. Three cursors walk over the item rows, each
 * once: the first checks the rows of a table, the second, only where names could meet, finds those that do, the third writes.
 */
export class ItemDecoder {
  readonly #context: DecodeContext;
  readonly #checked: ItemRows;
  #examined: ItemRows | undefined;
  #written: ItemRows | undefined;

  constructor(context: DecodeContext) {
    this.#context = context;
    this.#checked = new ItemRows(context.source, (error) => context.problems.add(error));
  }

  /**
   * Checks and leaves out the items of tables that do not exist.
   *
   * @param sortKey of the next table, see `tableSortKey`; `undefined` after the last.
   */
  orphansBefore(sortKey: string | undefined): void {
    const rows = this.#checked;
    const { problems, source, warnings } = this.#context;
    const check = () => void problems.attempt(() => rows.attributes());
    for (const orphans of orphansBefore(rows, sortKey, check)) {
      const name = nameOfSortKey(orphans.sortKey);
      source.damage?.addOrphans(() => `items of the table ${printable(name)}`, orphans.count);
      warnings.addOrphans(orphans.sortKey, orphans.count, source.damage);
    }
  }

  /** Reads all rows of the table; what is wrong is added to the problems. */
  check(table: DecodedTable): KeyCensus {
    const rows = this.#checked;
    const { problems, warnings } = this.#context;
    const census = new KeyCensus();
    const plain = new PlainItem(table.schema);
    let isStale = false;
    let stale = 0;
    const check = () => {
      const attributes = rows.attributes();
      if (!isStale) census.add(rows.key(attributes, table.keys), rows);
    };
    for (; rows.present && rows.sortKey === table.sortKey; rows.advance()) {
      isStale = table.roleOf(rows.generation) === 'stale';
      if (isStale) stale++;
      if (!plain.read(rows)) {
        census.isPlain = false;
        problems.attempt(check);
      } else if (!isStale) census.addPlain(plain, rows);
    }
    warnings.addStale(table, stale);
    return census;
  }

  /** Writes a file for each item of a table whose rows were checked, without a problem. @param census what the check gave. */
  write(table: DecodedTable, census: KeyCensus, files: ItemFiles): void {
    if (!census.mayCollide()) return writePlainItems(this.#writtenRows(), table, files, census);
    const conflicts = this.#conflicts(table);
    try {
      writeItems(this.#writtenRows(), table, files, conflicts);
    } finally {
      conflicts.exceptions.close();
    }
  }

  /** As {@link write}, a line for each item. */
  writeLines(table: DecodedTable, census: KeyCensus, parts: ItemParts): void {
    writeItemLines(this.#context, this.#writtenRows(), table, census, parts);
  }

  #writtenRows(): ItemRows {
    this.#written ??= new ItemRows(this.#context.source);
    return this.#written;
  }

  #conflicts(table: DecodedTable): NameConflicts {
    const { source, scratch, warnings } = this.#context;
    this.#examined ??= new ItemRows(source);
    const conflicts = findNameConflicts(this.#examined, table, scratch);
    warnings.addColliding(table, conflicts.colliding);
    warnings.addEqual(table, conflicts.equal, `${ITEMS_NAME}/${conflicts.equalExample}`);
    return conflicts;
  }
}

/** Writes items each to its ordinary path. */
function writePlainItems(rows: ItemRows, table: DecodedTable, files: ItemFiles, { isPlain }: KeyCensus): void {
  const plain = new PlainItem(table.schema);
  for (let has = rows.firstOf(table); has; has = rows.nextOf(table)) {
    if (isPlain ? plain.readAgain(rows) : plain.read(rows)) files.addPlain(plain, rows);
    else {
      const attributes = rows.attributes();
      files.add(itemPlace(rows.key(attributes, table.keys)), attributes);
    }
  }
}

function writeItems(rows: ItemRows, table: DecodedTable, files: ItemFiles, conflicts: NameConflicts): void {
  for (const { ordinal, attributes, key } of itemsOf(rows, table)) {
    const decision = conflicts.exceptions.take(ordinal);
    if (decision === 'left out') continue;
    const place = movedPlace(itemPlace(key), table, conflicts);
    if (decision === 'ordinary') files.add(place, attributes);
    else files.add({ ...place, name: collidingName(itemIdentity(key), place.name) }, attributes);
  }
}

/** Where an item with an empty hash key goes when a file in `items/` stands in the place of a folder. */
function movedPlace(place: ItemPlace, table: DecodedTable, conflicts: NameConflicts): ItemPlace {
  const isComposite = table.schema.rangeKey.length > 0;
  if (!isComposite || place.folder !== '' || !conflicts.emptyHashNeedsFolder) return place;
  return { folder: EMPTY_HASH_FOLDER, name: place.name };
}
