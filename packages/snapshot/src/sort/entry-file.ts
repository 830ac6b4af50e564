import { closeSync } from 'node:fs';
import { scratchError } from '../errors.ts';
import { LENGTH_BYTES } from '../format/constants.ts';
import { writeLength } from '../format/length-field.ts';
import { writeAll } from '../write-all.ts';
import { openUnlinked, type ScratchFolder } from './scratch.ts';

const BLOCK = 1 << 20;

/** A scratch file of entries, framed as in a snapshot, without any header. It is open and has no name any more. */
export interface WrittenEntries {
  readonly fd: number;
  /** For messages. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
}

/** Writes entries to a scratch file. {@link end} or {@link abandon} must be called. */
export class EntryFile {
  readonly #fd: number;
  readonly #path: string;
  readonly #block = Buffer.allocUnsafeSlow(BLOCK);
  #filled = 0;
  #written = 0;
  /** How many entries there are. */
  entries = 0;

  /** @param name of the file, for messages. */
  constructor(scratch: ScratchFolder, name: string) {
    const { fd, path } = openUnlinked(scratch, name);
    this.#fd = fd;
    this.#path = path;
  }

  /** @param key of which `[keyStart, keyEnd)` is the encoded key. @param value likewise. */
  append(key: Buffer, keyStart: number, keyEnd: number, value: Buffer, valueStart: number, valueEnd: number): void {
    this.entries++;
    this.#appendField(key, keyStart, keyEnd);
    this.#appendField(value, valueStart, valueEnd);
  }

  end(): WrittenEntries {
    this.#flush();
    return { fd: this.#fd, path: this.#path, size: this.#written };
  }

  abandon(): void {
    closeSync(this.#fd);
  }

  #appendField(bytes: Buffer, start: number, end: number): void {
    const length = end - start;
    if (LENGTH_BYTES + length > BLOCK - this.#filled) this.#flush();
    const block = this.#block;
    const at = this.#filled;
    writeLength(block, at, length);
    writeLength(block, at + 4, 0);
    this.#filled = at + LENGTH_BYTES;
    if (length > BLOCK - LENGTH_BYTES) {
      this.#flush();
      this.#write(bytes.subarray(start, end));
      return;
    }
    bytes.copy(block, at + LENGTH_BYTES, start, end);
    this.#filled += length;
  }

  #flush(): void {
    this.#write(this.#block.subarray(0, this.#filled));
    this.#filled = 0;
  }

  #write(bytes: Uint8Array): void {
    try {
      writeAll(this.#fd, bytes);
    } catch (error) {
      throw scratchError(error, 'write the scratch file', this.#path);
    }
    this.#written += bytes.length;
  }
}
