import { ExternalSorter, type RowCursor, type RowSource, type ScratchFolder, SIDE_SORT_BYTES } from '@ekv/snapshot';
import { LIST_CHANGE_ROWS, LIST_METADATA_ROWS } from '../../layout/families.ts';
import { LIST_LONG_METADATA } from '../../layout/metadata.ts';
import { countChangeKeyEnd } from '../../layout/row-keys.ts';
import { prefixLastSortKey } from './key-order.ts';
import { PrefixLastRows } from './prefix-last-rows.ts';
import { SortedKeyRows, VALUE_THEN_KEY } from './sorted-key-rows.ts';

const PREFIX = LIST_METADATA_ROWS;
const CHANGE_PREFIX = LIST_CHANGE_ROWS;
/** One more than the longest metadata, so that a longer value shows. */
const VALUE_BYTES = LIST_LONG_METADATA + 1;

/** Metadata rows of lists. A list named `d|...` is known from a change row by the length of the value. */
export function listMetadataRows(source: RowSource): PrefixLastRows {
  return new PrefixLastRows(source.rows(PREFIX), PREFIX, VALUE_BYTES, isListMetadata);
}

/** Whether the row at hand is metadata, not a count change. */
export function isListMetadata(row: RowCursor): boolean {
  const valueLength = row.valueEnd - row.valueStart;
  return valueLength === 24 || valueLength === LIST_LONG_METADATA || !isChangeKey(row);
}

function isChangeKey(row: RowCursor): boolean {
  const at = row.keyStart + PREFIX.length;
  return row.keyEnd - at >= 2 && row.bytes[at] === 0x64 && row.bytes[at + 1] === 0x7c;
}

/** For each list the sum of its count changes, i64 BE; a change row holds head and count, 8 bytes each. */
export function listCountChanges(source: RowSource, scratch: ScratchFolder): SortedKeyRows {
  const sums = new ExternalSorter({ scratch, arenaBytes: SIDE_SORT_BYTES });
  const rows = source.rows(PREFIX);
  let key: Buffer | undefined;
  let sum = 0n;
  const add = () => {
    if (key === undefined) return;
    const count = Buffer.alloc(8);
    count.writeBigInt64BE(BigInt.asIntN(64, sum));
    sums.add(prefixLastSortKey(key, 0, key.length), Buffer.concat([count, key]));
  };
  while (rows.next()) {
    if (!isChangeKey(rows) || rows.valueEnd - rows.valueStart !== 16) continue;
    const lengthAt = rows.keyStart + CHANGE_PREFIX.length;
    const listKeyEnd = countChangeKeyEnd(rows.bytes, lengthAt, rows.keyEnd);
    if (listKeyEnd === -1) continue;
    const change = rows.bytes.readBigInt64BE(rows.valueStart + 8);
    const listKey = rows.bytes.subarray(lengthAt + 4, listKeyEnd);
    if (key?.equals(listKey)) sum += change;
    else {
      add();
      key = Buffer.from(listKey);
      sum = change;
    }
  }
  add();
  return new SortedKeyRows(sums.sorted(), VALUE_THEN_KEY);
}
