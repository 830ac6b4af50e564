import { closeSync, readSync, writeSync } from 'node:fs';
import { EnvironmentError, openUnlinked, type ScratchFolder, scratchError } from '@ekv/snapshot';

const BLOCK_ENTRIES = 1 << 15;
const ENTRY_BYTES = 20;

/** The sequence numbers of a queue as they come, with partition and line. A block of them is in memory, the rest in scratch. */
export class NumberLog {
  readonly #scratch: ScratchFolder;
  #block: Block | undefined;
  /** Entries in the block. */
  #used = 0;
  /** Blocks in the file before it. */
  #written = 0;
  #file: { readonly fd: number; readonly path: string } | undefined;

  constructor(scratch: ScratchFolder) {
    this.#scratch = scratch;
  }

  add(partition: number, number: bigint, line: number): void {
    this.#block ??= new Block();
    if (this.#used === BLOCK_ENTRIES) this.#flush();
    this.#block.partitions[this.#used] = partition;
    this.#block.numbers[this.#used] = number;
    this.#block.lines[this.#used] = line;
    this.#used++;
  }

  /** Gives all in the order in which they came. The log must be cleared then. */
  each(take: (partition: number, number: bigint, line: number) => void): void {
    const last = this.#written;
    const used = this.#used;
    if (last > 0) this.#flush();
    for (let block = 0; block <= last; block++) {
      if (last > 0) this.#read(block);
      const { partitions, numbers, lines } = this.#block!;
      const count = block === last ? used : BLOCK_ENTRIES;
      for (let i = 0; i < count; i++) take(partitions[i]!, numbers[i]!, lines[i]!);
    }
  }

  clear(): void {
    this.#used = this.#written = 0;
    if (this.#file !== undefined) closeSync(this.#file.fd);
    this.#file = undefined;
  }

  #flush(): void {
    this.#file ??= openUnlinked(this.#scratch, 'numbers');
    const { fd, path } = this.#file;
    const { bytes } = this.#block!;
    try {
      for (let at = 0; at < bytes.length; )
        at += writeSync(fd, bytes, at, bytes.length - at, this.#written * bytes.length + at);
    } catch (error) {
      throw scratchError(error, 'write the scratch file', path);
    }
    this.#written++;
    this.#used = 0;
  }

  #read(block: number): void {
    const { fd, path } = this.#file!;
    const { bytes } = this.#block!;
    try {
      for (let at = 0; at < bytes.length; ) {
        const read = readSync(fd, bytes, at, bytes.length - at, block * bytes.length + at);
        if (read === 0) throw new EnvironmentError(`the scratch file ${path} is shorter than what was written to it`);
        at += read;
      }
    } catch (error) {
      throw scratchError(error, 'read the scratch file', path);
    }
  }
}

/** The same bytes as three columns. */
class Block {
  readonly bytes = new Uint8Array(BLOCK_ENTRIES * ENTRY_BYTES);
  readonly numbers = new BigUint64Array(this.bytes.buffer, 0, BLOCK_ENTRIES);
  readonly lines = new Float64Array(this.bytes.buffer, BLOCK_ENTRIES * 8, BLOCK_ENTRIES);
  readonly partitions = new Uint32Array(this.bytes.buffer, BLOCK_ENTRIES * 16, BLOCK_ENTRIES);
}
