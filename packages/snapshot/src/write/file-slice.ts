import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { kindOf, wrongKind } from '../arguments.ts';
import { ArgumentError, DataError, EnvironmentError, environmentError } from '../errors.ts';
import { READ_NO_LINK } from '../open-flags.ts';

/** A part of a file that is read when it is written, so that large bodies never pass through the sort. */
export interface FileSlice {
  /** Bytes where a name of the path may not be UTF-8. */
  readonly path: string | Buffer;
  /** The file when it is open already, such as an archive: then `path` is for messages alone. It must stay open until the slice was read. */
  readonly fd?: number | undefined;
  /** In bytes. */
  readonly offset: number;
  /** In bytes. */
  readonly length: number;
  /** Size of the whole file in bytes, when it must still be that when the slice is read. */
  readonly fileBytes?: number | undefined;
  /** Time of the file's last change, milliseconds since 1970, when it must still be that. */
  readonly modifiedMs?: number | undefined;
  /** What who made the slice wants to know of it when it is read; at most 255 bytes. */
  readonly note?: Uint8Array | undefined;
}

/** Gets the bytes of a slice that has a note while they are written, in pieces of up to 1 MiB, each valid during its call. */
export type TakeSlicePiece = (slice: FileSlice, piece: Buffer) => void;

/** Four doubles, exact below 2^53, the descriptor, and the length of the note, before note and path. */
const HEAD = 37;
const FD_AT = 32;
const NOTE_LENGTH_AT = 36;
const NO_FD = -1;
const NO_NOTE = new Uint8Array(0);
const BLOCK = 1 << 20;

/**
 * `f64 offset, f64 length, f64 size of the file, f64 time, i32 descriptor, u8 length of the note, note, path`; NaN for what is not known. Throws
 * ArgumentError for anything but a slice.
 */
export function encodeSlice(slice: FileSlice): Buffer {
  checkSlice(slice);
  const path = Buffer.isBuffer(slice.path) ? slice.path : Buffer.from(slice.path);
  const note = slice.note ?? NO_NOTE;
  const bytes = Buffer.allocUnsafe(HEAD + note.length + path.length);
  bytes.writeDoubleLE(slice.offset, 0);
  bytes.writeDoubleLE(slice.length, 8);
  bytes.writeDoubleLE(slice.fileBytes ?? Number.NaN, 16);
  bytes.writeDoubleLE(slice.modifiedMs ?? Number.NaN, 24);
  bytes.writeInt32LE(slice.fd ?? NO_FD, FD_AT);
  bytes.writeUInt8(note.length, NOTE_LENGTH_AT);
  bytes.set(note, HEAD);
  path.copy(bytes, HEAD + note.length);
  return bytes;
}

/** What is no number of bytes would be read as nothing, or from another place. Throws ArgumentError. */
function checkSlice({ path, fd, offset, length, fileBytes, modifiedMs }: FileSlice): void {
  if (typeof path !== 'string' && !(path instanceof Uint8Array))
    throw wrongKind(path, 'the path of a slice', 'text or a Buffer');
  if (fd !== undefined && !(Number.isInteger(fd) && fd >= 0 && fd < 2 ** 31))
    throw new ArgumentError('the fd of a slice must be the descriptor of an open file');
  givenBytesCount(offset, 'the offset');
  givenBytesCount(length, 'the length');
  if (fileBytes !== undefined) givenBytesCount(fileBytes, 'the size of the file');
  if (fileBytes !== undefined && offset + length > fileBytes)
    throw new ArgumentError(`a slice ends at ${offset + length}, and its file has ${fileBytes} bytes`);
  if (modifiedMs !== undefined && !Number.isFinite(modifiedMs))
    throw new ArgumentError('the time of the file of a slice must be a number of milliseconds');
}

function givenBytesCount(given: number, what: string): void {
  if (Number.isSafeInteger(given) && given >= 0) return;
  const shown = typeof given === 'number' ? String(given) : kindOf(given);
  throw new ArgumentError(`${what} of a slice must be a number of bytes, from 0 to 2^53 - 1, not ${shown}`);
}

export function decodeSlice(bytes: Buffer, start: number, end: number): FileSlice {
  const fileBytes = bytes.readDoubleLE(start + 16);
  const modifiedMs = bytes.readDoubleLE(start + 24);
  const fd = bytes.readInt32LE(start + FD_AT);
  const pathStart = start + HEAD + bytes[start + NOTE_LENGTH_AT]!;
  return {
    offset: bytes.readDoubleLE(start),
    length: bytes.readDoubleLE(start + 8),
    path: Buffer.from(bytes.subarray(pathStart, end)),
    ...(fd === NO_FD ? {} : { fd }),
    ...(Number.isNaN(fileBytes) ? {} : { fileBytes }),
    ...(Number.isNaN(modifiedMs) ? {} : { modifiedMs }),
    ...(pathStart === start + HEAD ? {} : { note: Buffer.from(bytes.subarray(start + HEAD, pathStart)) }),
  };
}

/** Reads slices; the file of the last one stays open, for the pieces of one object mostly follow each other. */
export class SliceReader {
  #path: Buffer | undefined;
  #fd = -1;
  /** A descriptor that came with its slice, and is not closed here. */
  #lent = -1;
  #buffer: Buffer | undefined;

  /**
   * Gives the bytes of a slice in pieces of up to 1 MiB, each valid during its call. Throws DataError when the file
   * changed meanwhile, EnvironmentError when it cannot be read.
   */
  read(slice: FileSlice, take: (bytes: Buffer) => void): void {
    this.#open(slice);
    this.#buffer ??= Buffer.allocUnsafeSlow(BLOCK);
    for (let done = 0; done < slice.length; ) {
      const read = this.#read(slice, Math.min(BLOCK, slice.length - done), slice.offset + done);
      if (read === 0) throw this.#tooShort(slice);
      take(this.#buffer.subarray(0, read));
      done += read;
    }
  }

  close(): void {
    if (this.#fd !== this.#lent) closeSync(this.#fd);
    this.#fd = this.#lent = -1;
    this.#path = undefined;
  }

  #open(slice: FileSlice): void {
    if (slice.fd !== undefined) return this.#borrow(slice, slice.fd);
    const path = Buffer.isBuffer(slice.path) ? slice.path : Buffer.from(slice.path);
    if (this.#path?.equals(path)) return;
    this.close();
    try {
      this.#fd = openSync(path, READ_NO_LINK);
    } catch (error) {
      throw environmentError(error, 'read', shown(path));
    }
    this.#path = path;
    this.#check(slice);
  }

  /** Other slices of the same file follow. */
  #borrow(slice: FileSlice, fd: number): void {
    if (this.#lent === fd) return;
    this.close();
    this.#fd = this.#lent = fd;
    this.#check(slice);
  }

  #check(slice: FileSlice): void {
    const stat = fstatSync(this.#fd);
    if (!stat.isFile()) throw new EnvironmentError(`${shown(slice.path)} is no longer a regular file`);
    if (stat.size !== (slice.fileBytes ?? stat.size) || stat.mtimeMs !== (slice.modifiedMs ?? stat.mtimeMs))
      throw changed(slice);
  }

  /** Its file was cut after it was looked at, or nobody looked. */
  #tooShort(slice: FileSlice): DataError {
    if (slice.fileBytes !== undefined) return changed(slice);
    const { size } = fstatSync(this.#fd);
    return new DataError(
      `${shown(slice.path)} has ${size} bytes, and a slice of it ends at ${slice.offset + slice.length}: the file is shorter than the slice`,
    );
  }

  #read(slice: FileSlice, length: number, position: number): number {
    try {
      return readSync(this.#fd, this.#buffer!, 0, length, position);
    } catch (error) {
      throw environmentError(error, 'read', shown(slice.path));
    }
  }
}

function changed(slice: FileSlice): DataError {
  return new DataError(`${shown(slice.path)} changed while it was read; stop what writes to the tree, then run again`);
}

function shown(path: string | Buffer): string {
  return path
    .toString()
    .replace(/\p{Cc}/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
