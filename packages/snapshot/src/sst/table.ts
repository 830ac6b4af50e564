import type { ByteSource } from '../format/byte-source.ts';
import { KEY_CAP } from '../format/constants.ts';
import { readExactly } from '../format/read-exactly.ts';
import { BlockEntries } from './block-entries.ts';
import { BLOCK_TRAILER_BYTES, type BlockHandle, readHandle } from './block-handle.ts';
import { BlockKey } from './block-key.ts';
import { BlockReader } from './block-reader.ts';
import type { SstFile } from './manifest-fields.ts';
import { propertiesHandle, readProperties, type TableProperties } from './properties.ts';
import { TableError } from './table-error.ts';
import { readTableFooter, TABLE_FOOTER_BYTES, type TableFooter } from './table-footer.ts';
import { DATA_BLOCK_LIMIT, KEY_TRAILER_BYTES, type TableRows } from './table-rows.ts';
import type { WantedKeys } from './wanted-keys.ts';

const DATA_BUFFER = 1 << 18;
const INDEX_BUFFER = 1 << 13;
/** Blocks of an index are closed at some KiB; only a last long key makes one larger. */
const INDEX_BLOCK_LIMIT = 1 << 24;

/** Where something stands in an SST file. */
export interface TablePlace {
  readonly file: SstFile;
  /** Such as `data block`. */
  readonly what: string;
  /** Bytes from the start of the SST file. */
  readonly offset: number;
}

/** Is told of a part that cannot be read, of so many bytes: throws it, or leaves it out. */
type OnLost = (error: TableError, place: TablePlace, bytes: number) => void;

export interface TableInput {
  readonly bytes: ByteSource;
  readonly file: SstFile;
  /** Offset of the SST file in `bytes`. */
  readonly start: number;
  readonly rows: TableRows;
  readonly onLost: OnLost;
  /** Blocks without any of these keys, as the index tells, are passed over. Default: all are read. */
  readonly wanted?: WantedKeys | undefined;
}

/** One level of the index: where its walk stands. */
interface IndexLevel {
  readonly blocks: BlockReader;
  readonly entries: BlockEntries;
  readonly key: BlockKey;
  /** Where the block before ends; blocks do not overlap. */
  end: number;
}

/** Reads one SST file: its footer, properties and index, and the rows of its data blocks in their order. */
export class TableReader {
  readonly #input: TableInput;
  readonly #data: BlockReader;
  readonly #levels: readonly IndexLevel[];
  #dataEnd = 0;
  #hasLost = false;
  #hasPassed = false;
  /** No key of the blocks that come is below it. */
  #below: Buffer;
  #what = 'footer';
  #offset = 0;

  constructor(input: TableInput) {
    this.#input = input;
    this.#below = input.file.smallest;
    this.#data = this.#blocks(DATA_BUFFER, DATA_BLOCK_LIMIT);
    this.#levels = [this.#level(), this.#level()];
  }

  /** Throws what `onLost` throws, EnvironmentError. */
  read(): void {
    const { file, rows } = this.#input;
    rows.beginTable();
    this.#orLost(file.largest, file.size, () => {
      const { footer, properties } = this.#open();
      this.#walk(footer.index, properties.indexLevels - 1);
      if (!this.#hasLost && !this.#hasPassed) this.#checkRows(properties);
    });
  }

  /** What the manifest and the table itself say of rows that were read. A wrong word leaves no row out. */
  #checkRows({ entries }: TableProperties): void {
    const { file, rows } = this.#input;
    this.#at('properties', 0);
    const { tableRows, firstKey, lastKey } = rows;
    if (tableRows !== entries)
      throw new TableError(`the table says that it has ${entries} entries, it has ${tableRows}`);
    if (!firstKey.equals(file.smallest) || !lastKey.equals(file.largest))
      throw new TableError('its first or its last key is not the one that the manifest has');
  }

  #open(): { footer: TableFooter; properties: TableProperties } {
    const { bytes, start, file } = this.#input;
    this.#at('footer', Math.max(0, file.size - TABLE_FOOTER_BYTES));
    if (file.size < TABLE_FOOTER_BYTES) throw new TableError(`a table has ${TABLE_FOOTER_BYTES} bytes at least`);
    const end = Buffer.alloc(TABLE_FOOTER_BYTES);
    readExactly(bytes, start + file.size - TABLE_FOOTER_BYTES, end);
    const footer = readTableFooter(end);
    const { blocks } = this.#levels[0]!;
    this.#readBlock(blocks, footer.metaindex, 'metaindex');
    const handle = propertiesHandle(blocks);
    this.#readBlock(blocks, handle, 'properties');
    return { footer, properties: readProperties(blocks) };
  }

  /** @param level 0: the blocks below are data. */
  #walk(handle: BlockHandle, level: number): void {
    const { blocks, entries, key } = this.#levels[level]!;
    this.#readBlock(blocks, handle, 'index block');
    key.beginBlock();
    entries.begin(blocks.bytes, blocks.start, blocks.end);
    while (entries.next()) {
      key.take(entries, KEY_CAP + KEY_TRAILER_BYTES);
      const below = readHandle(entries.bytes, entries.valueStart, entries.valueEnd);
      const separator = key.bytes.subarray(0, Math.max(0, key.length - KEY_TRAILER_BYTES));
      if (this.#passesOver(separator, level)) continue;
      this.#orLost(separator, below.length + BLOCK_TRAILER_BYTES, () => {
        if (level === 0) this.#readRows(below);
        else this.#walkBelow(below, level - 1);
        if (this.#input.rows.lastKey.compare(separator) > 0)
          throw new TableError('it has a key above the one that the index has for it');
      });
      this.#at('index block', handle.offset);
    }
  }

  /** @param upTo no key of the block is above it. */
  #passesOver(upTo: Buffer, level: number): boolean {
    const { wanted } = this.#input;
    if (wanted === undefined) return false;
    if (upTo.compare(this.#below) < 0) throw new TableError('a key is not above the one before it');
    const isPassed = !wanted.mayStandIn(this.#below, upTo);
    // Into a block of the index the walk goes from here.
    if (isPassed || level === 0) this.#below = Buffer.from(upTo);
    this.#hasPassed ||= isPassed;
    return isPassed;
  }

  #walkBelow(handle: BlockHandle, level: number): void {
    const below = this.#levels[level]!;
    this.#at('index block', handle.offset);
    below.end = endOf(handle, below.end);
    this.#walk(handle, level);
  }

  #readRows(handle: BlockHandle): void {
    this.#at('data block', handle.offset);
    this.#dataEnd = endOf(handle, this.#dataEnd);
    this.#readBlock(this.#data, handle, 'data block');
    this.#input.rows.take(this.#data);
  }

  #readBlock(blocks: BlockReader, handle: BlockHandle, what: string): void {
    this.#at(what, handle.offset);
    blocks.read(handle);
  }

  /** What is read, for messages. */
  #at(what: string, offset: number): void {
    this.#what = what;
    this.#offset = offset;
  }

  /** @param upTo no key of what may be lost is above it. @param bytes how much that is. */
  #orLost(upTo: Buffer, bytes: number, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof TableError)) throw error;
      this.#hasLost = true;
      this.#input.onLost(error, { file: this.#input.file, what: this.#what, offset: this.#offset }, bytes);
      this.#input.rows.lose(Buffer.from(upTo));
    }
  }

  #level(): IndexLevel {
    return {
      blocks: this.#blocks(INDEX_BUFFER, INDEX_BLOCK_LIMIT),
      entries: new BlockEntries(),
      key: new BlockKey(),
      end: 0,
    };
  }

  #blocks(bufferBytes: number, limit: number): BlockReader {
    const { bytes, start, file } = this.#input;
    return new BlockReader({ bytes, start, end: start + file.size, bufferBytes, limit });
  }
}

/** Each block once: a table whose blocks lie over each other would unpack to any size. */
function endOf({ offset, length }: BlockHandle, before: number): number {
  if (offset < before) throw new TableError(`it lies over the block before it, which ends at ${before}`);
  return offset + length + BLOCK_TRAILER_BYTES;
}
