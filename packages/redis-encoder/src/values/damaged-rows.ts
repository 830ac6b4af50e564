import { Problems } from '@ekv/dump-tree';
import type { RowCursor, RowSource, ScratchFolder } from '@ekv/snapshot';
import { HYPERLOGLOGS, STRINGS } from '../blob-types.ts';
import { blobHeaderBytes } from '../layout/blob-value.ts';
import { readExpiryValue } from '../layout/expiry-value.ts';
import {
  EXPIRY_ROWS,
  LIST_ITEM_ROWS,
  LIST_METADATA_ROWS,
  STREAM_ENTRY_ROWS,
  STREAM_METADATA_ROWS,
} from '../layout/families.ts';
import { readCountMetadata, readListMetadata, readStreamMetadata } from '../layout/metadata.ts';
import { listItemKeyEnd } from '../layout/row-keys.ts';
import { type CollectionType, takeOneValue } from './collection-walk.ts';
import { HASHES } from './hashes.ts';
import { ElementRows } from './rows/element-rows.ts';
import { LengthPrefixedWalk, type PositionedRows } from './rows/keyed-rows.ts';
import { isListMetadata } from './rows/list-metadata-rows.ts';
import { OneValueRows } from './rows/one-value-rows.ts';
import { SETS } from './sets.ts';
import { SORTED_SETS } from './sorted-sets.ts';
import { readEntry } from './stream-walk.ts';

/** Leaves all rows out that break a rule, before anything is joined. For snapshots that are salvaged. */
export function leaveDamagedRowsOut(source: RowSource, scratch: ScratchFolder): void {
  new RowCheck(source, scratch, (check) => source.attempt(check)).checkAll();
}

/**
 * Throws all rows that break a rule as one error: up to 64, a single one as itself. For a decode that ended at the first of
 * them, so that one run shows all; it costs one more walk over the rows, in that case alone.
 */
export function throwDamagedRows(source: RowSource, scratch: ScratchFolder): void {
  const problems = new Problems();
  new RowCheck(source, scratch, (check) => problems.attempt(check)).checkAll();
  problems.throwIfAny();
}

/** Looks at every row that decode reads, by the rules that hold for it alone. */
class RowCheck {
  readonly #source: RowSource;
  readonly #scratch: ScratchFolder;
  readonly #attempt: (check: () => void) => void;

  /** @param attempt runs the check of a row and takes what it throws. */
  constructor(source: RowSource, scratch: ScratchFolder, attempt: (check: () => void) => void) {
    this.#source = source;
    this.#scratch = scratch;
    this.#attempt = attempt;
  }

  checkAll(): void {
    for (const type of [STRINGS, HYPERLOGLOGS])
      this.#eachRow(type.prefix, (rows) => blobHeaderBytes(rows, type.headerByte, type.prefix));
    this.#eachRow(EXPIRY_ROWS, readExpiryValue);
    this.#eachRow(LIST_ITEM_ROWS, listItemKeyEnd);
    this.#eachRow(LIST_METADATA_ROWS, (rows) => {
      if (isListMetadata(rows)) readListMetadata(rows);
    });
    for (const type of [HASHES, SETS, SORTED_SETS]) this.#checkCollections(type);
    this.#eachKeyed(STREAM_ENTRY_ROWS, readEntry);
    this.#eachKeyed(STREAM_METADATA_ROWS, readStreamMetadata);
  }

  #checkCollections(type: CollectionType): void {
    const elements = new ElementRows(this.#scratch);
    this.#eachKeyed(type.elements, (row) => {
      elements.clear();
      type.takeElement(row, elements);
    });
    this.#eachKeyed(type.metadata, (row) => readCountMetadata(row, type.metadata));
    if (type.oneValue === undefined) return;
    for (const row = new OneValueRows(this.#source, type.oneValue, this.#scratch); row.present; row.advance())
      this.#attempt(() => takeOneValue(row, type, elements));
    elements.clear();
  }

  #eachRow(family: string, check: (rows: RowCursor) => void): void {
    for (const rows = this.#source.rows(family); rows.next(); ) this.#attempt(() => check(rows));
  }

  /** Of a family whose keys hold the length of the Redis key. */
  #eachKeyed(family: string, check: (row: PositionedRows) => void): void {
    const row = new LengthPrefixedWalk(this.#source.rows(family), family);
    while (row.present) {
      this.#attempt(() => {
        row.advance();
        if (row.present) check(row);
      });
    }
  }
}
