import type { ByteSource } from '../format/byte-source.ts';
import { ByteWindow } from '../format/byte-window.ts';
import { crc32c } from '../format/crc32c.ts';
import { BLOCK_TRAILER_BYTES, type BlockHandle } from './block-handle.ts';
import { unpackedLength, unpackSnappy } from './snappy.ts';
import { TableError } from './table-error.ts';

const PLAIN = 0;
const SNAPPY = 1;
const COMPRESSIONS: Readonly<Record<number, string>> = { 2: ' (zlib)', 4: ' (LZ4)', 7: ' (Zstandard)', 8: ' (MinLZ)' };

/** A buffer is let go of after a block that needed this much. */
const SHRINK_ABOVE = 1 << 20;

export interface BlockReaderOptions {
  readonly bytes: ByteSource;
  /** Where the SST file stands in the snapshot. */
  readonly start: number;
  readonly end: number;
  /** How much is read at once: more where blocks are read in their order. */
  readonly bufferBytes: number;
  /** Largest block, unpacked, in bytes. */
  readonly limit: number;
}

/** Reads blocks of one SST file, checks and unpacks them. What it gives holds until the next one is read. */
export class BlockReader {
  readonly #window: ByteWindow;
  readonly #options: BlockReaderOptions;
  #unpacked: Buffer = Buffer.alloc(0);
  /** The data of the block last read is `bytes[start, end)`. */
  bytes: Buffer = this.#unpacked;
  start = 0;
  end = 0;

  constructor(options: BlockReaderOptions) {
    this.#options = options;
    this.#window = new ByteWindow(options);
  }

  /** Throws TableError for a block that cannot be read, EnvironmentError. */
  read({ offset, length }: BlockHandle): void {
    const { start, end } = this.#options;
    const size = length + BLOCK_TRAILER_BYTES;
    if (offset + size > end - start) throw new TableError('it reaches beyond the end of its file');
    if (length > this.#options.limit) throw this.#tooLarge(length);
    this.#goTo(start + offset);
    const window = this.#window;
    if (!window.need(size)) throw new TableError('the file is truncated: it ends inside this block');
    this.#take(window.bytes, window.at, window.at + length);
    window.pass(size);
  }

  #goTo(position: number): void {
    const ahead = position - this.#window.offset;
    if (ahead >= 0) this.#window.pass(ahead);
    else this.#window.seek(position);
  }

  #take(bytes: Buffer, start: number, end: number): void {
    const expected = masked(crc32c(bytes, start, end + 1));
    const found = bytes.readUInt32LE(end + 1);
    if (found !== expected) throw new TableError(`its checksum is ${hex(found)}, that of its bytes ${hex(expected)}`);
    const compression = bytes[end]!;
    if (compression === PLAIN) {
      this.bytes = bytes;
      this.start = start;
      this.end = end;
    } else if (compression === SNAPPY) this.#unpack(bytes, start, end);
    else throw new TableError(`its compression is ${compression}${COMPRESSIONS[compression] ?? ''}`, 'form');
  }

  #unpack(bytes: Buffer, start: number, end: number): void {
    const length = unpackedLength(bytes, start, end);
    if (length > this.#options.limit) throw this.#tooLarge(length);
    const { length: room } = this.#unpacked;
    if (length > room || (room > SHRINK_ABOVE && length <= SHRINK_ABOVE))
      this.#unpacked = Buffer.allocUnsafeSlow(Math.max(length, 1 << 13));
    unpackSnappy(bytes, start, end, this.#unpacked, length);
    this.bytes = this.#unpacked;
    this.start = 0;
    this.end = length;
  }

  #tooLarge(length: number): TableError {
    return new TableError(`it has ${length} bytes, over the limit of ${this.#options.limit}`);
  }
}

/** A checksum as it is stored. */
function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
