import { closeSync, readSync, writeSync } from 'node:fs';
import { EnvironmentError, environmentError } from './errors.ts';
import type { ScratchFolder } from './scratch.ts';
import type { SortArena } from './sort-arena.ts';
import { lengthAt, RECORD_HEADER } from './sort-record.ts';
import { openUnlinked } from './spool.ts';

/**
 * Rows in key order, one at a time. The offsets point into `bytes` and are valid until the next call of `next`. The header
 * of the record stands right before the key, the payload right behind it.
 */
export interface SortedRows {
  next(): boolean;
  readonly bytes: Buffer;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly payloadStart: number;
  readonly payloadEnd: number;
  /** Gives files and memory back; no `next` after it. */
  close(): void;
}

const WRITE_BUFFER = 1 << 20;
const READ_BUFFER = 1 << 18;

/** The sorted records of an arena that is still in memory. */
export class MemoryRun implements SortedRows {
  readonly #arena: SortArena;
  #at = 0;
  bytes: Buffer;
  keyStart = 0;
  keyEnd = 0;
  payloadStart = 0;
  payloadEnd = 0;

  constructor(arena: SortArena) {
    this.#arena = arena;
    // The block of an arena that nothing was put into is never taken.
    this.bytes = arena.count === 0 ? Buffer.alloc(0) : arena.bytes;
  }

  next(): boolean {
    if (this.#at === this.#arena.count) return false;
    const record = this.#arena.offsets[this.#at++]!;
    this.keyStart = record + RECORD_HEADER;
    this.keyEnd = this.payloadStart = this.keyStart + lengthAt(this.bytes, record);
    this.payloadEnd = this.payloadStart + lengthAt(this.bytes, record + 4);
    return true;
  }

  close(): void {
    this.#arena.release();
    this.bytes = Buffer.alloc(0);
  }
}

/**
 * A run on disk. The file is unlinked as soon as it is open, so that a killed process leaves no data behind.
 * Throws EnvironmentError when the scratch disk is full or unreadable.
 */
export class RunFile {
  readonly #fd: number;
  readonly #path: string;
  #buffer: Buffer | undefined = Buffer.allocUnsafeSlow(WRITE_BUFFER);
  #used = 0;
  #size = 0;

  constructor(scratch: ScratchFolder) {
    const { fd, path } = openUnlinked(scratch, 'run');
    this.#fd = fd;
    this.#path = path;
  }

  /** Appends bytes of a record: its header, its key, its payload, or all of them as they stand in another run. */
  append(source: Buffer, start: number, end: number): void {
    for (let from = start; from < end; ) {
      if (this.#used === WRITE_BUFFER) this.#flush();
      const copied = source.copy(this.#buffer!, this.#used, from, end);
      this.#used += copied;
      from += copied;
    }
  }

  /** Ends writing and gives the records back in the order they were appended. */
  read(): SortedRows {
    this.#flush();
    this.#buffer = undefined;
    return new FileRun(this.#fd, this.#size, this.#path);
  }

  #flush(): void {
    try {
      for (let at = 0; at < this.#used; ) at += writeSync(this.#fd, this.#buffer!, at, this.#used - at, null);
    } catch (error) {
      throw environmentError(error, 'write the scratch file', this.#path);
    }
    this.#size += this.#used;
    this.#used = 0;
  }
}

class FileRun implements SortedRows {
  readonly #fd: number;
  readonly #size: number;
  readonly #path: string;
  #position = 0;
  #filled = 0;
  #next = 0;
  /** Taken at the first read: runs that wait for their merge hold no buffer. */
  bytes: Buffer = Buffer.alloc(0);
  keyStart = 0;
  keyEnd = 0;
  payloadStart = 0;
  payloadEnd = 0;

  constructor(fd: number, size: number, path: string) {
    this.#fd = fd;
    this.#size = size;
    this.#path = path;
  }

  next(): boolean {
    if (this.#next === this.#filled && this.#position === this.#size) return false;
    this.#need(RECORD_HEADER);
    const keyLength = lengthAt(this.bytes, this.#next);
    const payloadLength = lengthAt(this.bytes, this.#next + 4);
    this.#need(RECORD_HEADER + keyLength + payloadLength);
    this.keyStart = this.#next + RECORD_HEADER;
    this.keyEnd = this.payloadStart = this.keyStart + keyLength;
    this.payloadEnd = this.#next = this.payloadStart + payloadLength;
    return true;
  }

  close(): void {
    closeSync(this.#fd);
    this.bytes = Buffer.alloc(0);
  }

  /** Brings `length` bytes from `#next` on into the buffer. */
  #need(length: number): void {
    if (this.#filled - this.#next >= length) return;
    const target = length > this.bytes.length ? Buffer.allocUnsafeSlow(Math.max(length, READ_BUFFER)) : this.bytes;
    this.bytes.copy(target, 0, this.#next, this.#filled);
    this.bytes = target;
    this.#filled -= this.#next;
    this.#next = 0;
    while (this.#filled < length) {
      const read = this.#read();
      if (read === 0)
        throw new EnvironmentError(`the scratch file ${this.#path} is shorter than what was written to it`);
      this.#filled += read;
      this.#position += read;
    }
  }

  #read(): number {
    try {
      return readSync(this.#fd, this.bytes, this.#filled, this.bytes.length - this.#filled, this.#position);
    } catch (error) {
      throw environmentError(error, 'read the scratch file', this.#path);
    }
  }
}
