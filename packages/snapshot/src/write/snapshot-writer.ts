import { givenFields, givenObject } from '../arguments.ts';
import { ArgumentError, DataError, DuplicateKeyError } from '../errors.ts';
import {
  KEY_CAP,
  LENGTH_BYTES,
  PAYLOAD_HEADER_BYTES,
  PAYLOAD_MAGIC,
  TIMESTAMP_BYTES,
  VALUE_CAP,
  VALUE_HEADER_BYTES,
} from '../format/constants.ts';
import { writeLength } from '../format/length-field.ts';
import { printable } from '../printable.ts';
import { ExternalSorter } from '../sort/external-sorter.ts';
import type { ScratchFolder } from '../sort/scratch.ts';
import type { SortedRows } from '../sort/sorted-run.ts';
import { finish, type Steps } from '../sort/steps.ts';
import type { ByteSink } from './byte-sink.ts';
import { decodeSlice, encodeSlice, type FileSlice, SliceReader, type TakeSlicePiece } from './file-slice.ts';
import { HashedOutput, OUTPUT_BUFFER } from './hashed-output.ts';
import { nameOfRow } from './row-names.ts';

/** One row of a snapshot: the user key and the body, without timestamp and value header. */
export interface SnapshotRow {
  readonly key: Uint8Array;
  readonly value: Uint8Array | FileSlice;
}

/** How rows are collected for a file. */
export interface SnapshotWriterOptions {
  /** Commit timestamp of the header and of every key, 64 bits unsigned. */
  readonly lastCommitTs: bigint;
  /** Where sorted runs are spilled. The caller removes it. */
  readonly scratch: ScratchFolder;
  /** Bytes of rows held in memory. Default 16 MiB. */
  readonly arenaBytes?: number | undefined;
}

const OPTIONS: ReadonlyArray<keyof SnapshotWriterOptions> = ['lastCommitTs', 'scratch', 'arenaBytes'];

/** How rows are written out. */
export interface WriteOptions {
  /** What becomes of rows whose key came before: `refuse` is a DuplicateKeyError, `first` leaves them out. Default: `refuse`. */
  readonly duplicates?: 'refuse' | 'first' | undefined;
  /** Gets the bytes of slices with a note, in the order of their keys. */
  readonly take?: TakeSlicePiece | undefined;
}

/** A snapshot of which all bytes were written. */
export interface WrittenSnapshot {
  /** Rows in the file. */
  readonly entries: number;
  /** Rows that were left out because their key came before. */
  readonly duplicates: number;
  /** Size of the file. */
  readonly bytes: number;
  /** SHA-256 of the file, 64 lower-case hex digits. */
  readonly sha256: string;
}

/** What stands before a body in the file: its length and the value header. */
const BODY_HEAD = LENGTH_BYTES + VALUE_HEADER_BYTES;
/** In the file, of a key or a value. */
const ENTRY_LENGTH_BYTES = 8;
/** Of several files that are written side by side: bytes of all blocks together, and of one at least. */
const BLOCKS = 16 << 20;
const SMALLEST_BLOCK = 32 << 10;
/** In place of the flags of a value header: marks a body that lies in another file; what follows is its slice, with path, offset and length. */
const SLICE = 0xff;

/**
 * Collects rows in any order and writes them as a snapshot file, sorted by encoded key, in bounded memory. The bytes
 * depend on the rows and the timestamp alone. docs/format/01-snapshot.md, section 9.
 */
export class SnapshotWriter {
  readonly #lastCommitTs: bigint;
  readonly #invertedTs = Buffer.alloc(TIMESTAMP_BYTES);
  readonly #sorter: ExternalSorter;
  #largeRows = 0;
  #isWritten = false;
  #bytes = PAYLOAD_HEADER_BYTES;

  /** Throws ArgumentError for an option that is not known. */
  constructor(options: SnapshotWriterOptions) {
    givenFields(givenObject(options, 'the options of SnapshotWriter'), OPTIONS, 'SnapshotWriter', 'option');
    this.#lastCommitTs = options.lastCommitTs;
    this.#invertedTs.writeBigUInt64BE(BigInt.asUintN(64, ~options.lastCommitTs));
    this.#sorter = new ExternalSorter(options);
  }

  /** Rows added so far. */
  get count(): number {
    return this.#sorter.count;
  }

  /** Size of the file that the rows added so far make. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Rows with a body above 256 MiB: legal, yet more than a node writes itself. */
  get largeRows(): number {
    return this.#largeRows;
  }

  /** Adds a row; bytes are copied. Throws DataError when key or body are over the caps of section 9.3. */
  add(key: Uint8Array, value: Uint8Array | FileSlice): void {
    if (this.#isWritten) throw new ArgumentError('the snapshot is written already; a row that comes now would be lost');
    this.#checkCaps(key, value.length);
    const isInline = value instanceof Uint8Array;
    const body = isInline ? value : encodeSlice(value);
    const keyLength = key.length + TIMESTAMP_BYTES;
    this.#bytes += 2 * ENTRY_LENGTH_BYTES + keyLength + VALUE_HEADER_BYTES + value.length;
    const place = this.#sorter.reserve(keyLength, BODY_HEAD + body.length);
    if (place !== undefined) return this.#frame(place.bytes, place.at, key, value.length, body, isInline);
    // A large body is not copied once more.
    const head = Buffer.allocUnsafe(keyLength + BODY_HEAD);
    this.#frameHead(head, 0, key, value.length, isInline);
    this.#sorter.add(head.subarray(0, keyLength), head.subarray(keyLength), body);
  }

  /** Whether the row would go to memory: else {@link add} first brings those in memory to disk. */
  fits(key: Uint8Array, value: Uint8Array | FileSlice): boolean {
    const body = value instanceof Uint8Array ? value.length : encodeSlice(value).length;
    return this.#sorter.fits(key.length + TIMESTAMP_BYTES, BODY_HEAD + body);
  }

  /** Brings the rows in memory to disk. */
  spillInSteps(): Steps<void> {
    return this.#sorter.spillInSteps();
  }

  /**
   * Writes the whole file to `sink`, hashing on the way. To be called once. Throws DuplicateKeyError when two rows have
   * one key (the sink has a part of the file then), EnvironmentError when scratch or a sliced file fails, and ArgumentError
   * for a second call and for a sink that does not take its bytes at once.
   */
  writeTo(sink: ByteSink, options: WriteOptions = {}): WrittenSnapshot {
    return finish(this.writeInSteps(sink, options));
  }

  /** As {@link writeTo}. */
  *writeInSteps(sink: ByteSink, { duplicates = 'refuse', take }: WriteOptions = {}): Steps<WrittenSnapshot> {
    const output = new HashedOutput(sink);
    const rows = yield* this.#begin([output]);
    const entries = new EntryOutput(rows, [output], duplicates, take);
    try {
      while (entries.writeSome()) yield;
      return { entries: entries.count, duplicates: entries.duplicates, ...output.end() };
    } finally {
      entries.close();
    }
  }

  /**
   * As {@link writeTo}, with each row in one of several files, all of which have the header; a file without a row is one too. To be
   * called in place of it. Memory: a block for each sink, 16 MiB together, at least 32 KiB for each.
   *
   * @param divide says for each key, in order, which sink its row goes to; a row without one is left out.
   * @returns what was written, by sink.
   */
  divideTo(
    sinks: readonly ByteSink[],
    divide: DivideRows,
    { take }: Pick<WriteOptions, 'take'> = {},
  ): WrittenSnapshot[] {
    const blockBytes = Math.min(OUTPUT_BUFFER, Math.max(SMALLEST_BLOCK, Math.floor(BLOCKS / sinks.length)));
    const outputs = sinks.map((sink) => new HashedOutput(sink, blockBytes));
    const rows = finish(this.#begin(outputs));
    const entries = new EntryOutput(rows, outputs, 'refuse', take, divide);
    try {
      while (entries.writeSome());
      return outputs.map((output, i) => ({ entries: entries.counts[i]!, duplicates: 0, ...output.end() }));
    } finally {
      entries.close();
    }
  }

  /** Writes the headers and sorts the rows. */
  *#begin(outputs: readonly HashedOutput[]): Steps<SortedRows> {
    if (this.#isWritten) throw new ArgumentError('the snapshot is written already; make a new SnapshotWriter');
    this.#isWritten = true;
    for (const output of outputs) {
      const header = output.reserve(PAYLOAD_HEADER_BYTES);
      output.buffer.write(PAYLOAD_MAGIC, header, 'latin1');
      output.buffer.writeBigUInt64LE(this.#lastCommitTs, header + 8);
    }
    return yield* this.#sorter.sortedInSteps();
  }

  /** Lets go of memory and scratch when the rows are not written after all. May be called twice, and after they were written. */
  close(): void {
    this.#sorter.close();
  }

  /** Writes a row as it will stand in the file, but for the length of its key, which the sort keeps. */
  #frame(bytes: Buffer, at: number, key: Uint8Array, bodyLength: number, body: Uint8Array, isInline: boolean): void {
    bytes.set(body, this.#frameHead(bytes, at, key, bodyLength, isInline));
  }

  /** All of a row that comes before its body; gives the place of that. */
  #frameHead(bytes: Buffer, at: number, key: Uint8Array, bodyLength: number, isInline: boolean): number {
    bytes.set(key, at);
    const timestamp = at + key.length;
    for (let i = 0; i < TIMESTAMP_BYTES; i++) bytes[timestamp + i] = this.#invertedTs[i]!;
    const head = timestamp + TIMESTAMP_BYTES;
    writeLength(bytes, head, VALUE_HEADER_BYTES + bodyLength);
    for (let i = head + 4; i < head + BODY_HEAD; i++) bytes[i] = 0;
    if (!isInline) bytes[head + LENGTH_BYTES] = SLICE;
    return head + BODY_HEAD;
  }

  #checkCaps(key: Uint8Array, bodyLength: number): void {
    if (key.length + TIMESTAMP_BYTES > KEY_CAP) {
      throw new DataError(
        `key ${printable(key)} is too large: ${key.length + TIMESTAMP_BYTES} bytes with its timestamp, the limit is ${KEY_CAP}`,
      );
    }
    if (bodyLength + VALUE_HEADER_BYTES > VALUE_CAP) {
      throw new DataError(
        `value of key ${printable(key)} is too large: ${bodyLength + VALUE_HEADER_BYTES} bytes with its header, the limit is ${VALUE_CAP}`,
      );
    }
    if (bodyLength > 1 << 28) this.#largeRows++;
  }
}

/** Bytes that are written in one step, at least. */
const STEP_BYTES = 1 << 18;

/** The file that the row with the user key `bytes[start, end)` goes to: an index, or a number below 0 for none. */
export type DivideRows = (bytes: Buffer, start: number, end: number) => number;

/** Writes sorted rows as the entries of a file, or of several. */
class EntryOutput {
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
