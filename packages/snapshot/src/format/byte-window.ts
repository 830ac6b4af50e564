import type { Hash } from 'node:crypto';
import type { ByteSource } from './byte-source.ts';
import { crc32c } from './crc32c.ts';

/** A window is cut back to its ordinary size after a value that needed this much. */
const SHRINK_ABOVE = 4 << 20;

export interface ByteWindowOptions {
  readonly bytes: ByteSource;
  /** First byte and end of the range to read, in bytes from the start of the source. */
  readonly start: number;
  readonly end: number;
  readonly bufferBytes: number;
}

/**
 * Walks once over a range of a source. The buffer grows only as far as bytes were really asked for by a caller who
 * knows that they are within the range, and keeps the CRC-32C and a digest of all that was passed when asked to.
 */
export class ByteWindow {
  readonly #source: ByteSource;
  readonly #start: number;
  readonly #end: number;
  readonly #bufferBytes: number;
  /** File offset of `bytes[0]`. */
  #base: number;
  #filled = 0;
  #crc = 0;
  /** Index in `bytes` up to which checksum and digest were taken. */
  #summed = 0;
  #sums: boolean;
  #hash: Hash | undefined;
  bytes: Buffer;
  /** Is called before bytes that were passed go: indexes are good until then. */
  beforeMove: (() => void) | undefined;
  /** Index in `bytes` of the first byte that was not passed yet. */
  at = 0;

  constructor(options: ByteWindowOptions, sums?: 'with checksum') {
    this.#source = options.bytes;
    this.#start = options.start;
    this.#end = options.end;
    this.#base = options.start;
    this.#bufferBytes = options.bufferBytes;
    this.#sums = sums !== undefined;
    this.bytes = Buffer.allocUnsafeSlow(Math.max(1, Math.min(options.bufferBytes, options.end - options.start)));
  }

  /** File offset of the first byte that was not passed yet. */
  get offset(): number {
    return this.#base + this.at;
  }

  /** Bytes of the range that were not passed yet. */
  get left(): number {
    return this.#end - this.#base - this.at;
  }

  /** CRC-32C of the range's bytes that were passed. */
  get checksum(): number {
    if (!this.#sums) return this.#checksumReadAgain();
    this.#take();
    return this.#crc;
  }

  /** Gives a digest all bytes as they pass; from the first one on. */
  feed(hash: Hash): void {
    this.#hash = hash;
  }

  /** Gives the digest what passed since the buffer was filled. */
  flush(): void {
    this.#take();
  }

  /** The checksum will hardly be asked for: it is taken by another read then, not while bytes pass. */
  sumOnDemand(): void {
    this.#sums = false;
  }

  /**
   * Brings `length` bytes from `at` on into the buffer; false when the file ends before. May move `bytes` and `at`:
   * indexes taken before are void.
   */
  need(length: number): boolean {
    return this.#filled - this.at >= length || this.#fill(length);
  }

  /** Passes over `length` bytes of the range without reading those that are not in the buffer. Not with a checksum or a digest. */
  pass(length: number): void {
    if (this.at + length <= this.#filled) {
      this.at += length;
      return;
    }
    this.#base += this.at + length;
    this.at = this.#filled = 0;
  }

  /** Goes to any offset of the range. Not with a checksum. */
  seek(offset: number): void {
    this.#base = offset;
    this.at = this.#filled = 0;
  }

  #fill(length: number): boolean {
    if (length > this.left) return false;
    this.beforeMove?.();
    if (this.#sums || this.#hash !== undefined) this.#take();
    const kept = this.#filled - this.at;
    const target = this.#target(length);
    this.bytes.copy(target, 0, this.at, this.#filled);
    this.bytes = target;
    this.#base += this.at;
    this.#summed -= this.at;
    this.at = 0;
    this.#filled = kept;
    while (this.#filled < length) {
      const read = this.#read();
      if (read === 0) return false;
      this.#filled += read;
    }
    return true;
  }

  #target(length: number): Buffer {
    const size = this.bytes.length;
    if (length > size) return Buffer.allocUnsafeSlow(Math.max(length, this.#bufferBytes));
    if (size > SHRINK_ABOVE && length <= this.#bufferBytes && this.#filled - this.at <= this.#bufferBytes) {
      return Buffer.allocUnsafeSlow(this.#bufferBytes);
    }
    return this.bytes;
  }

  #read(): number {
    const room = Math.min(this.bytes.length - this.#filled, this.#end - this.#base - this.#filled);
    return this.#source.read(this.#base + this.#filled, this.bytes, this.#filled, room);
  }

  #checksumReadAgain(): number {
    const { offset } = this;
    const again = new ByteWindow(
      { bytes: this.#source, start: this.#start, end: offset, bufferBytes: this.#bufferBytes },
      'with checksum',
    );
    for (let left = again.left; left > 0; left = again.left) {
      const piece = Math.min(left, this.#bufferBytes);
      if (!again.need(piece)) break;
      again.at += piece;
    }
    return again.checksum;
  }

  #take(): void {
    if (this.#sums) this.#crc = crc32c(this.bytes, this.#summed, this.at, this.#crc);
    this.#hash?.update(this.bytes.subarray(this.#summed, this.at));
    this.#summed = this.at;
  }
}
