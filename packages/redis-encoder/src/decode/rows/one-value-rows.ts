import { ExternalSorter, type RowSource, type ScratchFolder, type SortedRows } from '@ekv/snapshot';
import type { PlacedRows } from './keyed-rows.ts';

const ARENA_BYTES = 8 << 20;
const LENGTH_BYTES = 4;
const OFFSET_BYTES = 8;

/**
 * Collections in one row, `prefix, key`, brought into the order of (length, key) in which element rows come. Sorted on
 * disk: whole collections are their values.
 *
 * Sort key: `u32 length, prefix, key`; payload: `f64 offset, value`.
 */
export class OneValueRows implements PlacedRows {
  readonly #rows: SortedRows | undefined;
  readonly #prefixLength: number;
  present = false;

  constructor(
    source: RowSource,
    prefix: string,
    scratch: ScratchFolder,
    values: 'with values' | 'keys only' = 'with values',
  ) {
    this.#rows = source.count(prefix) === 0 ? undefined : sorted(source, prefix, scratch, values);
    this.#prefixLength = prefix.length;
    this.advance();
  }

  get bytes(): Buffer {
    return this.#rows!.bytes;
  }

  get offset(): number {
    return this.bytes.readDoubleBE(this.#rows!.payloadStart);
  }

  get rowStart(): number {
    return this.#rows!.keyStart + LENGTH_BYTES;
  }

  get rowEnd(): number {
    return this.#rows!.keyEnd;
  }

  get keyStart(): number {
    return this.rowStart + this.#prefixLength;
  }

  get keyEnd(): number {
    return this.#rows!.keyEnd;
  }

  get restStart(): number {
    return this.keyEnd;
  }

  get restEnd(): number {
    return this.keyEnd;
  }

  get valueStart(): number {
    return this.#rows!.payloadStart + OFFSET_BYTES;
  }

  get valueEnd(): number {
    return this.#rows!.payloadEnd;
  }

  advance(): void {
    this.present = this.#rows?.next() ?? false;
    if (!this.present) this.#rows?.close();
  }
}

function sorted(
  source: RowSource,
  prefix: string,
  scratch: ScratchFolder,
  values: 'with values' | 'keys only',
): SortedRows {
  const sorter = new ExternalSorter({ scratch, arenaBytes: ARENA_BYTES });
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
