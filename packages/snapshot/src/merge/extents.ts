import { closeSync, readSync } from 'node:fs';
import { EnvironmentError, scratchError } from '../errors.ts';
import { type OpenScratchFile, openUnlinked, type ScratchFolder } from '../sort/scratch.ts';
import { writeAll } from '../write-all.ts';

/** A part of the merged bytes, which stands in one piece in one of the inputs. */
export interface Extent {
  /** Where it begins in the merged bytes. */
  readonly start: number;
  readonly end: number;
  /** Index of the input. */
  readonly input: number;
  /** Where it begins in the bytes of the input. */
  readonly offset: number;
}

const NUMBERS = 3;
const BLOCK_EXTENTS = 1 << 12;
const BLOCK_NUMBERS = BLOCK_EXTENTS * NUMBERS;
const BLOCK_BYTES = BLOCK_NUMBERS * Float64Array.BYTES_PER_ELEMENT;
/** Blocks that are kept in memory, for walks that go on side by side. */
const KEPT_BLOCKS = 16;

interface Block {
  readonly number: number;
  readonly numbers: Float64Array<ArrayBuffer>;
}

/**
 * Where each part of the merged bytes stands, in order. Extents that do not fit in a few blocks of memory lie in a scratch file; in
 * memory there is only where each block of them begins, 8 bytes for 4096 extents.
 */
export class Extents {
  readonly #scratch: ScratchFolder;
  #file: OpenScratchFile | undefined;
  #blockStarts = new Float64Array(1 << 6);
  /** Blocks that are full, in slots by their number. */
  readonly #kept: Array<Block | undefined> = [];
  /** The last block, that is being filled. */
  #open = new Float64Array(BLOCK_NUMBERS);
  #count = 0;
  #length = 0;
  #lastInput = -1;
  /** Where the last extent ends in its input. */
  #lastEnd = -1;

  constructor(scratch: ScratchFolder) {
    this.#scratch = scratch;
  }

  get count(): number {
    return this.#count;
  }

  /** Length of the merged bytes. */
  get length(): number {
    return this.#length;
  }

  /** Appends bytes of an input; what goes on where the last ones ended becomes one extent with them. */
  append(input: number, offset: number, length: number): void {
    if (input !== this.#lastInput || offset !== this.#lastEnd) this.#begin(input, offset);
    this.#lastEnd = offset + length;
    this.#length += length;
  }

  /** Index of the extent that holds the byte at `position`. */
  find(position: number): number {
    const block = this.#blockOf(position);
    const numbers = this.#block(block);
    let low = 0;
    let high = Math.min(this.#count - block * BLOCK_EXTENTS, BLOCK_EXTENTS) - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (numbers[middle * NUMBERS]! <= position) low = middle;
      else high = middle - 1;
    }
    return block * BLOCK_EXTENTS + low;
  }

  at(index: number): Extent {
    const numbers = this.#block(Math.floor(index / BLOCK_EXTENTS));
    const at = (index % BLOCK_EXTENTS) * NUMBERS;
    return { start: numbers[at]!, end: this.#startOf(index + 1), input: numbers[at + 1]!, offset: numbers[at + 2]! };
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file.fd);
    this.#file = undefined;
  }

  #begin(input: number, offset: number): void {
    const slot = this.#count % BLOCK_EXTENTS;
    if (slot === 0) this.#beginBlock();
    this.#open[slot * NUMBERS] = this.#length;
    this.#open[slot * NUMBERS + 1] = input;
    this.#open[slot * NUMBERS + 2] = offset;
    this.#lastInput = input;
    this.#count++;
  }

  #beginBlock(): void {
    const number = this.#count / BLOCK_EXTENTS;
    if (number > 0) this.#keepOpen(number - 1);
    if (number === this.#blockStarts.length) {
      const wider = new Float64Array(number * 2);
      wider.set(this.#blockStarts);
      this.#blockStarts = wider;
    }
    this.#blockStarts[number] = this.#length;
  }

  /** Puts the block that is full among the kept ones, and those to the file that were there. */
  #keepOpen(number: number): void {
    const slot = number % KEPT_BLOCKS;
    const before = this.#kept[slot];
    this.#kept[slot] = { number, numbers: this.#open };
    if (before === undefined) {
      this.#open = new Float64Array(BLOCK_NUMBERS);
      return;
    }
    // From here on all blocks go to the file, in the order of their numbers, and those in memory are copies of the last ones.
    if (this.#file === undefined) {
      this.#file = openUnlinked(this.#scratch, 'extents');
      for (const { numbers } of [before, ...this.#kept.slice(1)] as Block[]) this.#write(numbers);
    }
    this.#write(this.#open);
    this.#open = before.numbers;
  }

  #blockOf(position: number): number {
    const starts = this.#blockStarts;
    let low = 0;
    let high = Math.floor((this.#count - 1) / BLOCK_EXTENTS);
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (starts[middle]! <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #startOf(index: number): number {
    if (index >= this.#count) return this.#length;
    if (index % BLOCK_EXTENTS === 0) return this.#blockStarts[index / BLOCK_EXTENTS]!;
    return this.#block(Math.floor(index / BLOCK_EXTENTS))[(index % BLOCK_EXTENTS) * NUMBERS]!;
  }

  #block(number: number): Float64Array<ArrayBuffer> {
    if (number === Math.floor((this.#count - 1) / BLOCK_EXTENTS)) return this.#open;
    const kept = this.#kept[number % KEPT_BLOCKS];
    if (kept?.number === number) return kept.numbers;
    const numbers = new Float64Array(BLOCK_NUMBERS);
    this.#read(number, numbers);
    this.#kept[number % KEPT_BLOCKS] = { number, numbers };
    return numbers;
  }

  #write(numbers: Float64Array<ArrayBuffer>): void {
    const { fd, path } = this.#file!;
    try {
      writeAll(fd, new Uint8Array(numbers.buffer));
    } catch (error) {
      throw scratchError(error, 'write the scratch file', path);
    }
  }

  #read(number: number, into: Float64Array<ArrayBuffer>): void {
    const { fd, path } = this.#file!;
    const bytes = new Uint8Array(into.buffer);
    try {
      for (let filled = 0; filled < BLOCK_BYTES; ) {
        const read = readSync(fd, bytes, filled, BLOCK_BYTES - filled, number * BLOCK_BYTES + filled);
        if (read === 0) throw new EnvironmentError(`the scratch file ${path} became shorter while it was read`);
        filled += read;
      }
    } catch (error) {
      throw scratchError(error, 'read the scratch file', path);
    }
  }
}
