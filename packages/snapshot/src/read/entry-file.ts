import { closeSync } from 'node:fs';
import { scratchError } from '../errors.ts';
import { LENGTH_BYTES } from '../format/constants.ts';
import { openUnlinked, type ScratchFolder } from '../sort/scratch.ts';
import { writeAll } from '../write-all.ts';
import { FileBytes } from './file-bytes.ts';

const BLOCK = 1 << 20;

/** Writes entries to a scratch file, framed as in a snapshot, without any header. Throws EnvironmentError. */
export class EntryFile {
  readonly #fd: number;
  readonly #path: string;
  readonly #length = Buffer.alloc(LENGTH_BYTES);
  #pieces: Buffer[] = [];
  #waiting = 0;
  #size = 0;

  constructor(scratch: ScratchFolder) {
    const { fd, path } = openUnlinked(scratch, 'sorted');
    this.#fd = fd;
    this.#path = path;
  }

  /** @param key with the 8 bytes of its version. @param value with its header. */
  append(key: Buffer, value: Buffer): void {
    this.#push(this.#framed(key.length), key, this.#framed(value.length), value);
    if (this.#waiting >= BLOCK) this.#flush();
  }

  /** What was written; to be called once, in place of {@link abandon}. */
  end(): FileBytes {
    this.#flush();
    return new FileBytes({ fd: this.#fd, size: this.#size, ownership: 'owned' }, this.#path);
  }

  abandon(): void {
    closeSync(this.#fd);
  }

  #framed(length: number): Buffer {
    this.#length.writeUInt32LE(length, 0);
    return Buffer.from(this.#length);
  }

  #push(...pieces: Buffer[]): void {
    for (const piece of pieces) {
      this.#pieces.push(piece);
      this.#waiting += piece.length;
    }
  }

  #flush(): void {
    const block = Buffer.concat(this.#pieces);
    try {
      writeAll(this.#fd, block);
    } catch (error) {
      throw scratchError(error, 'write the scratch file', this.#path);
    }
    this.#size += block.length;
    this.#pieces = [];
    this.#waiting = 0;
  }
}
