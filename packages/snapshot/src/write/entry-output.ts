import { DuplicateKeyError } from '../errors.ts';
import { LENGTH_BYTES, TIMESTAMP_BYTES, VALUE_HEADER_BYTES } from '../format/constants.ts';
import { printable } from '../printable.ts';
import type { SortedRows } from '../sort/sorted-run.ts';
import { decodeSlice, type FileSlice, SliceReader, type TakeSlicePiece } from './file-slice.ts';
import type { HashedOutput } from './hashed-output.ts';
import { nameOfRow } from './row-names.ts';

/** What stands before a body in the file: its length and the value header. */
export const BODY_HEAD = LENGTH_BYTES + VALUE_HEADER_BYTES;

/** In place of the flags of a value header: marks a body that lies in another file; what follows is its slice, with path, offset and length. */
export const SLICE = 0xff;

/** Bytes that are written in one step, at least. */
const STEP_BYTES = 1 << 18;

/** The file that the row with the user key `bytes[start, end)` goes to: an index, or a number below 0 for none. */
export type DivideRows = (bytes: Buffer, start: number, end: number) => number;

/** Writes sorted rows as the entries of a file, or of several. */
export class EntryOutput {
  readonly #rows: SortedRows;
  readonly #outputs: readonly HashedOutput[];
  readonly #repeated: 'refuse' | 'first';
  readonly #take: TakeSlicePiece | undefined;
  readonly #divide: DivideRows | undefined;
  readonly #slices = new SliceReader();
  /** Rows written, by output. */
  readonly counts: Float64Array;
  duplicates = 0;

  constructor(
    rows: SortedRows,
    outputs: readonly HashedOutput[],
    repeated: 'refuse' | 'first',
    take: TakeSlicePiece | undefined,
    divide?: DivideRows,
  ) {
    this.#rows = rows;
    this.#outputs = outputs;
    this.#repeated = repeated;
    this.#take = take;
    this.#divide = divide;
    this.counts = new Float64Array(outputs.length);
  }

  /** Rows written. */
  get count(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  /** Writes some rows. @returns whether there are more. */
  writeSome(): boolean {
    const rows = this.#rows;
    for (let left = STEP_BYTES; left > 0; ) {
      if (!rows.next()) return false;
      const { bytes, keyStart, keyEnd, payloadStart, payloadEnd } = rows;
      if (rows.isRepeated() && this.#isLeftOut(bytes.subarray(keyStart, keyEnd - TIMESTAMP_BYTES))) continue;
      const index = this.#divide === undefined ? 0 : this.#divide(bytes, keyStart, keyEnd - TIMESTAMP_BYTES);
      if (index < 0) continue;
      const output = this.#outputs[index]!;
      output.length(keyEnd - keyStart);
      left -= payloadEnd - keyStart;
      if (bytes[payloadStart + LENGTH_BYTES] !== SLICE) output.copy(bytes, keyStart, payloadEnd);
      else {
        bytes[payloadStart + LENGTH_BYTES] = 0;
        output.copy(bytes, keyStart, payloadStart + BODY_HEAD);
        left -= this.#copySlice(decodeSlice(bytes, payloadStart + BODY_HEAD, payloadEnd), output);
      }
      this.counts[index]!++;
    }
    return true;
  }

  close(): void {
    this.#slices.close();
    this.#rows.close();
  }

  #isLeftOut(key: Uint8Array): true {
    if (this.#repeated === 'refuse') throw duplicate(key);
    this.duplicates++;
    return true;
  }

  /** @returns its length. */
  #copySlice(slice: FileSlice, output: HashedOutput): number {
    const take = slice.note === undefined ? undefined : this.#take;
    this.#slices.read(slice, (piece) => {
      take?.(slice, piece);
      output.copy(piece, 0, piece.length);
    });
    return slice.length;
  }
}

function duplicate(key: Uint8Array): DuplicateKeyError {
  const name = nameOfRow(key);
  const what = name === undefined ? '' : ` (${name})`;
  return new DuplicateKeyError(
    `duplicate key ${printable(key)}${what}: two files or two records of the input give this row; remove one of them`,
    Uint8Array.from(key),
  );
}
