import { ExternalSorter, type ScratchFolder, type Snapshot } from '@ekv/snapshot';
import { SortedKeyRows } from './keyed-rows.ts';

const ARENA_BYTES = 8 << 20;

/**
 * Collections in one row, `prefix, key`, brought into the order of (length, key) in which element rows come. Sorted on
 * disk: whole collections are their values.
 */
export function oneValueRows(
  source: Snapshot,
  prefix: string,
  scratch: ScratchFolder,
  values: 'with values' | 'keys only' = 'with values',
): SortedKeyRows {
  if (source.count(prefix) === 0) return new SortedKeyRows(undefined, 4);
  const sorter = new ExternalSorter({ scratch, arenaBytes: ARENA_BYTES });
  const rows = source.rows(prefix);
  while (rows.next()) {
    const key = rows.bytes.subarray(rows.keyStart + prefix.length, rows.keyEnd);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(key.length);
    const valueEnd = values === 'keys only' ? rows.valueStart : rows.valueEnd;
    sorter.add(Buffer.concat([length, key]), rows.bytes.subarray(rows.valueStart, valueEnd));
  }
  return new SortedKeyRows(sorter.sorted(), 4);
}
