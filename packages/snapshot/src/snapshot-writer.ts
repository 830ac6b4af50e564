import { createHash, type Hash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { DataError, DuplicateKeyError, EnvironmentError, environmentError } from './errors.ts';
import { ExternalSorter } from './external-sorter.ts';
import {
  KEY_CAP,
  LENGTH_BYTES,
  PAYLOAD_HEADER_BYTES,
  PAYLOAD_MAGIC,
  TIMESTAMP_BYTES,
  VALUE_CAP,
  VALUE_HEADER_BYTES,
} from './layout.ts';
import { printable } from './printable.ts';
import type { ScratchFolder } from './scratch.ts';
import type { SortedRows } from './sorted-run.ts';

/** A part of a file that is read when it is written, so that large bodies never pass through the sort. */
export interface FileSlice {
  readonly path: string;
  /** In bytes. */
  readonly offset: number;
  /** In bytes. */
  readonly length: number;
}

/** One row of a snapshot: the user key and the body, without timestamp and value header. */
export interface SnapshotRecord {
  readonly key: Uint8Array;
  readonly value: Uint8Array | FileSlice;
}

/** Takes bytes in order. The bytes are only valid during the call. */
export interface ByteSink {
  write(bytes: Uint8Array): void;
}

export interface SnapshotWriterOptions {
  /** Commit timestamp of the header and of every key, 64 bits unsigned. */
  readonly lastCommitTs: bigint;
  /** Where sorted runs are spilled. The caller removes it. */
  readonly scratch: ScratchFolder;
  /** Bytes of rows held in memory. Default 64 MiB. */
  readonly arenaBytes?: number;
}

export interface WrittenSnapshot {
  /** Rows in the file. */
  readonly entries: number;
  /** Size of the file. */
  readonly bytes: number;
  /** SHA-256 of the file, 64 lower-case hex digits. */
  readonly sha256: string;
}

/** First byte of a sorted payload: what follows is the body, or the place where it lies. */
const INLINE = 0;
const SLICE = 1;

/**
 * Collects rows in any order and writes them as a snapshot file, sorted by encoded key, in bounded memory. The bytes
 * depend on the rows and the timestamp alone. docs/format/01-snapshot.md, section 9.
 */
export class SnapshotWriter {
  readonly #lastCommitTs: bigint;
  readonly #invertedTs = Buffer.alloc(TIMESTAMP_BYTES);
  readonly #sorter: ExternalSorter;
  #largeRows = 0;

  constructor(options: SnapshotWriterOptions) {
    this.#lastCommitTs = options.lastCommitTs;
    this.#invertedTs.writeBigUInt64BE(BigInt.asUintN(64, ~options.lastCommitTs));
    this.#sorter = new ExternalSorter(options);
  }

  /** Rows added so far. */
  get count(): number {
    return this.#sorter.count;
  }

  /** Rows with a body above 256 MiB: legal, yet more than a node writes itself. */
  get largeRows(): number {
    return this.#largeRows;
  }

  /** Adds a row; bytes are copied. Throws DataError when key or body are over the caps of section 9.3. */
  add(key: Uint8Array, value: Uint8Array | FileSlice): void {
    this.#checkCaps(key, value.length);
    const keyLength = key.length + TIMESTAMP_BYTES;
    const inline = value instanceof Uint8Array;
    const payload = inline ? value : encodeSlice(value);
    const place = this.#sorter.reserve(keyLength, 1 + payload.length);
    if (place === undefined) return this.#addOversized(key, payload);
    const { bytes, at } = place;
    bytes.set(key, at);
    bytes.set(this.#invertedTs, at + key.length);
    bytes[at + keyLength] = inline ? INLINE : SLICE;
    bytes.set(payload, at + keyLength + 1);
  }

  /**
   * Writes the whole file to `sink`, hashing on the way. To be called once. Throws DuplicateKeyError when two rows have
   * one key (the sink has a part of the file then), and EnvironmentError when scratch or a sliced file fails.
   */
  writeTo(sink: ByteSink): WrittenSnapshot {
    const output = new HashedOutput(sink);
    const header = output.reserve(PAYLOAD_HEADER_BYTES);
    output.buffer.write(PAYLOAD_MAGIC, header, 'latin1');
    output.buffer.writeBigUInt64LE(this.#lastCommitTs, header + 8);
    const rows = this.#sorter.sorted();
    try {
      return { entries: this.#writeEntries(rows, output), ...output.end() };
    } finally {
      rows.close();
    }
  }

  #writeEntries(rows: SortedRows, output: HashedOutput): number {
    const slices = new SliceReader();
    let previous = Buffer.alloc(1 << 10);
    let previousLength = -1;
    let entries = 0;
    while (rows.next()) {
      const { bytes, keyStart, keyEnd } = rows;
      const keyLength = keyEnd - keyStart;
      if (keyLength === previousLength && bytes.compare(previous, 0, keyLength, keyStart, keyEnd) === 0) {
        throw duplicate(bytes.subarray(keyStart, keyEnd - TIMESTAMP_BYTES));
      }
      if (keyLength > previous.length) previous = Buffer.alloc(keyLength * 2);
      bytes.copy(previous, 0, keyStart, keyEnd);
      previousLength = keyLength;
      output.entryHead(bytes, keyStart, keyEnd);
      if (bytes[rows.payloadStart] === INLINE) output.body(bytes, rows.payloadStart + 1, rows.payloadEnd);
      else slices.copy(decodeSlice(bytes, rows.payloadStart + 1, rows.payloadEnd), output);
      entries++;
    }
    slices.close();
    return entries;
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

  #addOversized(key: Uint8Array, payload: Uint8Array): void {
    this.#sorter.add(Buffer.concat([key, this.#invertedTs]), Buffer.concat([Buffer.from([INLINE]), payload]));
  }
}

function duplicate(key: Uint8Array): DuplicateKeyError {
  return new DuplicateKeyError(
    `duplicate key ${printable(key)}: two files or two records of the input give this row; remove one of them`,
    Uint8Array.from(key),
  );
}

/** `f64 offset, f64 length, path`: exact below 2^53. */
function encodeSlice(slice: FileSlice): Buffer {
  const path = Buffer.from(slice.path);
  const bytes = Buffer.alloc(16 + path.length);
  bytes.writeDoubleLE(slice.offset, 0);
  bytes.writeDoubleLE(slice.length, 8);
  path.copy(bytes, 16);
  return bytes;
}

function decodeSlice(bytes: Buffer, start: number, end: number): FileSlice {
  return {
    offset: bytes.readDoubleLE(start),
    length: bytes.readDoubleLE(start + 8),
    path: bytes.toString('utf8', start + 16, end),
  };
}

const OUTPUT_BUFFER = 1 << 20;

/** Collects small pieces into blocks of 1 MiB that are hashed and handed on. */
class HashedOutput {
  readonly buffer = Buffer.allocUnsafeSlow(OUTPUT_BUFFER);
  readonly #sink: ByteSink;
  readonly #hash: Hash = createHash('sha256');
  #used = 0;
  #flushed = 0;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  /** Offset in `buffer` of `length` bytes for the caller to write; `length` is small. */
  reserve(length: number): number {
    if (this.#used + length > OUTPUT_BUFFER) this.#flush();
    const at = this.#used;
    this.#used += length;
    return at;
  }

  entryHead(bytes: Buffer, keyStart: number, keyEnd: number): void {
    this.#length(keyEnd - keyStart);
    this.copy(bytes, keyStart, keyEnd);
  }

  /** Value length, an empty value header and the body. */
  body(bytes: Buffer, start: number, end: number): void {
    this.bodyHead(end - start);
    this.copy(bytes, start, end);
  }

  bodyHead(length: number): void {
    this.#length(VALUE_HEADER_BYTES + length);
    const at = this.reserve(VALUE_HEADER_BYTES);
    this.buffer.fill(0, at, at + VALUE_HEADER_BYTES);
  }

  copy(bytes: Buffer, start: number, end: number): void {
    for (let from = start; from < end; ) {
      if (this.#used === OUTPUT_BUFFER) this.#flush();
      const copied = bytes.copy(this.buffer, this.#used, from, end);
      this.#used += copied;
      from += copied;
    }
  }

  end(): { bytes: number; sha256: string } {
    this.#flush();
    return { bytes: this.#flushed, sha256: this.#hash.digest('hex') };
  }

  #length(length: number): void {
    const at = this.reserve(LENGTH_BYTES);
    this.buffer.writeUInt32LE(length, at);
    this.buffer.writeUInt32LE(0, at + 4);
  }

  #flush(): void {
    if (this.#used === 0) return;
    const block = this.buffer.subarray(0, this.#used);
    this.#hash.update(block);
    this.#sink.write(block);
    this.#flushed += this.#used;
    this.#used = 0;
  }
}

/** Reads slices; the file of the last one stays open, for the pieces of one object mostly follow each other. */
class SliceReader {
  #path: string | undefined;
  #fd = -1;
  #buffer: Buffer | undefined;

  copy(slice: FileSlice, output: HashedOutput): void {
    this.#open(slice.path);
    this.#buffer ??= Buffer.allocUnsafeSlow(OUTPUT_BUFFER);
    output.bodyHead(slice.length);
    for (let done = 0; done < slice.length; ) {
      const read = this.#read(slice.path, Math.min(OUTPUT_BUFFER, slice.length - done), slice.offset + done);
      if (read === 0) throw new DataError(`${slice.path} became shorter while it was read`);
      output.copy(this.#buffer, 0, read);
      done += read;
    }
  }

  close(): void {
    if (this.#fd !== -1) closeSync(this.#fd);
    this.#fd = -1;
    this.#path = undefined;
  }

  #open(path: string): void {
    if (path === this.#path) return;
    this.close();
    try {
      this.#fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch (error) {
      throw environmentError(error, 'read', path);
    }
    this.#path = path;
    if (!fstatSync(this.#fd).isFile()) throw new EnvironmentError(`${path} is no longer a regular file`);
  }

  #read(path: string, length: number, position: number): number {
    try {
      return readSync(this.#fd, this.#buffer!, 0, length, position);
    } catch (error) {
      throw environmentError(error, 'read', path);
    }
  }
}
