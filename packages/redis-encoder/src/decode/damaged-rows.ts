import { JsonBytes } from '@ekv/dump-tree';
import type { RowCursor, RowSource, ScratchFolder } from '@ekv/snapshot';
import {
  EXPIRY_ROWS,
  LIST_ITEM_ROWS,
  LIST_METADATA_ROWS,
  STREAM_ENTRY_ROWS,
  STREAM_METADATA_ROWS,
} from '../layout/families.ts';
import { type CollectionType, parseCountMetadata, takeOneValue } from './collections.ts';
import { clampedExpiry } from './expiry-owners.ts';
import { HASHES } from './hashes.ts';
import { parseListMetadata } from './lists.ts';
import { ElementRows } from './rows/element-rows.ts';
import { LengthPrefixedWalk, type PlacedRows } from './rows/keyed-rows.ts';
import { checkListItem } from './rows/list-item-rows.ts';
import { isListMetadata } from './rows/list-metadata-rows.ts';
import { OneValueRows } from './rows/one-value-rows.ts';
import { SETS } from './sets.ts';
import { SORTED_SETS } from './sorted-sets.ts';
import { parseStreamMetadata, writeEntry } from './streams.ts';
import { blobHeaderBytes, HYPERLOGLOGS, STRINGS } from './strings.ts';

/**
 * Looks at every row that decode reads, by the rules that hold for it alone, and leaves those out that break one, before
 * anything is joined. For snapshots that are salvaged.
 */
export function leaveDamagedRowsOut(source: RowSource, scratch: ScratchFolder): void {
  for (const type of [STRINGS, HYPERLOGLOGS]) eachRow(source, type.prefix, (rows) => blobHeaderBytes(rows, type));
  eachRow(source, EXPIRY_ROWS, (rows) => clampedExpiry(placed(rows, EXPIRY_ROWS)));
  eachRow(source, LIST_ITEM_ROWS, checkListItem);
  eachRow(source, LIST_METADATA_ROWS, (rows) => {
    if (isListMetadata(rows)) parseListMetadata(placed(rows, LIST_METADATA_ROWS));
  });
  for (const type of [HASHES, SETS, SORTED_SETS]) leaveElementsOut(source, type, scratch);
  const json = new JsonBytes();
  eachKeyed(source, STREAM_ENTRY_ROWS, (row) => {
    json.reset();
    writeEntry(json, row);
  });
  eachKeyed(source, STREAM_METADATA_ROWS, parseStreamMetadata);
}

function leaveElementsOut(source: RowSource, type: CollectionType, scratch: ScratchFolder): void {
  const elements = new ElementRows(scratch);
  eachKeyed(source, type.elements, (row) => {
    elements.clear();
    type.takeElement(row, elements);
  });
  eachKeyed(source, type.metadata, (row) => parseCountMetadata(row, type.metadata));
  if (type.oneValue === undefined) return;
  for (const row = new OneValueRows(source, type.oneValue, scratch); row.present; row.advance())
    source.attempt(() => takeOneValue(row, type, elements));
}

function eachRow(source: RowSource, family: string, check: (rows: RowCursor) => void): void {
  for (const rows = source.rows(family); rows.next(); ) source.attempt(() => check(rows));
}

/** Of a family whose keys hold the length of the Redis key. */
function eachKeyed(source: RowSource, family: string, check: (row: PlacedRows) => void): void {
  const row = new LengthPrefixedWalk(source.rows(family), family);
  while (row.present) {
    source.attempt(() => {
      row.advance();
      if (row.present) check(row);
    });
  }
}

/** The row at hand of a family whose keys are prefix and Redis key. */
function placed(rows: RowCursor, prefix: string): PlacedRows {
  const { bytes, keyStart, keyEnd, valueStart, valueEnd, offset } = rows;
  return {
    present: true,
    bytes,
    offset,
    rowStart: keyStart,
    rowEnd: keyEnd,
    keyStart: keyStart + prefix.length,
    keyEnd,
    restStart: keyEnd,
    restEnd: keyEnd,
    valueStart,
    valueEnd,
    advance: () => {},
  };
}
