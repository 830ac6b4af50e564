import { ExternalSorter, type RowSource, type ScratchFolder, SIDE_SORT_BYTES, type SortedRows } from '@ekv/snapshot';
import type { PositionedRows } from './keyed-rows.ts';
import { SortedKeyRows } from './sorted-key-rows.ts';

const LENGTH_BYTES = 4;
const OFFSET_BYTES = 8;

/**
 * Collections in one row, `prefix, key`, brought into the order of (length, key) in which element rows come. Sorted on
 * disk: whole collections are their values.
 *
 * Sort key: `u32 length, prefix, key`; payload: `f64 offset, value`.
 */
export class OneValueRows extends SortedKeyRows implements PositionedRows {
  readonly #prefixLength: number;

  constructor(
    source: RowSource,
    prefix: string,
    scratch: ScratchFolder,
    values: 'with values' | 'keys only' = 'with values',
  ) {
    super(source.count(prefix) === 0 ? undefined : sorted(source, prefix, scratch, values), {
      keyIn: 'sort key',
      keyAt: LENGTH_BYTES + prefix.length,
      valueAt: OFFSET_BYTES,
    });
    this.#prefixLength = prefix.length;
  }

  get offset(): number {
    return this.bytes.readDoubleBE(this.valueStart - OFFSET_BYTES);
  }

  get rowStart(): number {
    return this.keyStart - this.#prefixLength;
  }

  get rowEnd(): number {
    return this.keyEnd;
  }
}

function sorted(
  source: RowSource,
  prefix: string,
  scratch: ScratchFolder,
  values: 'with values' | 'keys only',
): SortedRows {
  const sorter = new ExternalSorter({ scratch, arenaBytes: SIDE_SORT_BYTES });
  const rows = source.rows(prefix);
  while (rows.next()) {
    const { bytes, keyStart, keyEnd, valueStart, valueEnd } = rows;
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(keyEnd - keyStart - prefix.length);
    const offset = Buffer.alloc(OFFSET_BYTES);
    offset.writeDoubleBE(rows.offset);
    const value = bytes.subarray(valueStart, values === 'keys only' ? valueStart : valueEnd);
    sorter.add(Buffer.concat([length, bytes.subarray(keyStart, keyEnd)]), Buffer.concat([offset, value]));
  }
  return sorter.sorted();
}
