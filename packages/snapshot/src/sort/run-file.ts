import { closeSync, readSync } from 'node:fs';
import { EnvironmentError, environmentError, scratchError } from '../errors.ts';
import { lengthAt } from '../format/length-field.ts';
import { writeAll } from '../write-all.ts';
import { type OpenScratchFile, openUnlinked, type ScratchFolder } from './scratch.ts';
import { RECORD_HEADER } from './sort-record.ts';
import { isRepeated, NO_ROW, type SortedRun, sharedLength } from './sorted-run.ts';

const WRITE_BUFFER = 1 << 18;
/** What a run that is read holds at least, in bytes. */
const READ_BUFFER = 1 << 16;
const NOTHING = Buffer.alloc(0);

/**
 * Runs on disk, one after the other. The file is unlinked as soon as it is open, so that a killed process leaves no data
 * behind, and closed with the last run that is read from it. Throws EnvironmentError when the scratch disk is full or
 * unreadable.
 */
export class RunFile {
  readonly #fd: number;
  readonly #path: string;
  #buffer = NOTHING;
  #used = 0;
  /** Bytes on disk. */
  #size = 0;
  #runStart = 0;
  #openRuns = 0;
  #isOpen = true;
  readonly #scratch: ScratchFolder;

  private constructor({ fd, path }: OpenScratchFile, scratch: ScratchFolder) {
    this.#fd = fd;
    this.#path = path;
    this.#scratch = scratch;
    scratch.closesAtEnd(this);
  }

  /** A new file. */
  static in(scratch: ScratchFolder): RunFile {
    return new RunFile(openUnlinked(scratch, 'run'), scratch);
  }

  /** Appends bytes of a record: its header, its key, its payload, or all of them as they stand in another run. */
  append(source: Buffer, start: number, end: number): void {
    if (this.#buffer.length === 0) this.#buffer = Buffer.allocUnsafeSlow(WRITE_BUFFER);
    for (let from = start; from < end; ) {
      if (this.#used === WRITE_BUFFER) this.#flush();
      const copied = source.copy(this.#buffer, this.#used, from, end);
      this.#used += copied;
      from += copied;
    }
  }

  /** Ends a run and gives its records back in the order they were appended. @param longest of them, in bytes. */
  endRun(longest: number): FileRun {
    this.#flush();
    this.#buffer = NOTHING;
    const start = this.#runStart;
    this.#runStart = this.#size;
    this.#openRuns++;
    return new FileRun(this, start, this.#size, Math.max(longest, READ_BUFFER));
  }

  /** Fills `into` from `at` on. */
  read(into: Buffer, at: number, length: number, position: number): void {
    this.#refuseClosed();
    try {
      for (let read = 0; read < length; ) {
        const count = readSync(this.#fd, into, at + read, length - read, position + read);
        if (count === 0) this.failShort();
        read += count;
      }
    } catch (error) {
      throw environmentError(error, 'read the scratch file', this.#path);
    }
  }

  failShort(): never {
    throw new EnvironmentError(`the scratch file ${this.#path} is shorter than what was written to it`);
  }

  /** Lets go of the file, also when no run of it was ended. May be called twice. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#scratch.isClosed(this);
    closeSync(this.#fd);
  }

  /** To be called once for each run. */
  closeRun(): void {
    if (--this.#openRuns === 0) this.close();
  }

  /** By then the number may be that of another file. */
  #refuseClosed(): void {
    if (!this.#isOpen) throw new EnvironmentError(`the scratch file ${this.#path} was closed with its folder`);
  }

  #flush(): void {
    this.#refuseClosed();
    try {
      writeAll(this.#fd, this.#buffer.subarray(0, this.#used));
    } catch (error) {
      throw scratchError(error, 'write the scratch file', this.#path);
    }
    this.#size += this.#used;
    this.#used = 0;
  }
}

/** A run on disk. */
export class FileRun implements SortedRun {
  /** What a merge holds for it, in bytes. */
  readonly held: number;
  readonly #file: RunFile;
  #position: number;
  readonly #end: number;
  #filled = 0;
  #next = 0;
  #isClosed = false;
  /** The key before the current one, where it stands now. */
  #previousIn: Buffer = NOTHING;
  #previousKey = 0;
  #previousLength = NO_ROW;
  /** Taken at the first read: runs that wait for their merge hold no buffer. */
  bytes: Buffer = NOTHING;
  keyStart = 0;
  keyEnd = NO_ROW;
  payloadStart = 0;
  payloadEnd = 0;

  /** @param start in bytes from the start of the file, as `end`. */
  constructor(file: RunFile, start: number, end: number, held: number) {
    this.held = held;
    this.#file = file;
    this.#position = start;
    this.#end = end;
  }

  next(): boolean {
    if (this.#next === this.#filled && this.#position === this.#end) return false;
    this.#previousIn = this.bytes;
    this.#previousKey = this.keyStart;
    this.#previousLength = this.keyEnd - this.keyStart;
    this.#need(RECORD_HEADER);
    const keyLength = lengthAt(this.bytes, this.#next);
    const payloadLength = lengthAt(this.bytes, this.#next + 4);
    this.#need(RECORD_HEADER + keyLength + payloadLength);
    this.keyStart = this.#next + RECORD_HEADER;
    this.keyEnd = this.payloadStart = this.keyStart + keyLength;
    this.payloadEnd = this.#next = this.payloadStart + payloadLength;
    return true;
  }

  isRepeated(): boolean {
    return isRepeated(this.#previousLength, this);
  }

  shared(): number {
    return sharedLength(this.#previousIn, this.#previousKey, this.#previousLength, this);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#file.closeRun();
    this.#next = this.#filled = 0;
    this.#position = this.#end;
    this.bytes = this.#previousIn = NOTHING;
  }

  /** Brings `length` bytes from `#next` on into the buffer. */
  #need(length: number): void {
    if (this.#filled - this.#next >= length) return;
    const kept = this.#filled - this.#next;
    const target = length > this.bytes.length ? Buffer.allocUnsafeSlow(Math.max(length, READ_BUFFER)) : this.bytes;
    if (target === this.#previousIn && this.#previousLength !== NO_ROW) this.#movePreviousKey();
    this.bytes.copy(target, 0, this.#next, this.#filled);
    this.bytes = target;
    this.#next = 0;
    const read = Math.min(target.length - kept, this.#end - this.#position);
    this.#file.read(target, kept, read, this.#position);
    this.#position += read;
    this.#filled = kept + read;
    if (read < length - kept) this.#file.failShort();
  }

  /** The buffer is filled anew; a row is compared with the one before it all the same. */
  #movePreviousKey(): void {
    this.#previousIn = Buffer.from(this.bytes.subarray(this.#previousKey, this.#previousKey + this.#previousLength));
    this.#previousKey = 0;
  }
}
