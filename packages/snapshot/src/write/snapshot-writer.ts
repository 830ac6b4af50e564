import { givenFields, givenObject } from '../arguments.ts';
import { ArgumentError, DataError } from '../errors.ts';
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
import { BODY_HEAD, type DivideRows, EntryOutput, SLICE } from './entry-output.ts';
import { encodeSlice, type FileSlice, type TakeSlicePiece } from './file-slice.ts';
import { HashedOutput, OUTPUT_BUFFER } from './hashed-output.ts';

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
  /** Threads that work, the calling one included: a second one hashes and writes what goes to a descriptor. Default: 1. */
  readonly workers?: number | undefined;
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

/** In the file, of a key or a value. */
const ENTRY_LENGTH_BYTES = 8;
/** Of several files that are written side by side: bytes of all blocks together, and of one at least. */
const BLOCKS = 16 << 20;
const SMALLEST_BLOCK = 32 << 10;

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
  *writeInSteps(
    sink: ByteSink,
    { duplicates = 'refuse', take, workers = 1 }: WriteOptions = {},
  ): Steps<WrittenSnapshot> {
    const output = HashedOutput.of(sink, workers, this.bytes);
    let entries: EntryOutput | undefined;
    try {
      entries = new EntryOutput(yield* this.#begin([output]), [output], duplicates, take);
      while (entries.writeSome()) yield;
      return { entries: entries.count, duplicates: entries.duplicates, ...output.end() };
    } finally {
      output.close();
      entries?.close();
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
