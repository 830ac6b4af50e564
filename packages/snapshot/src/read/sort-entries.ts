import { closeSync } from 'node:fs';
import type { Salvage } from '../damage/salvage.ts';
import { scratchError } from '../errors.ts';
import { FLAGS_RESERVED, LENGTH_BYTES, TIMESTAMP_BYTES, VALUE_HEADER_BYTES } from '../format/constants.ts';
import { ExternalSorter } from '../sort/external-sorter.ts';
import { openUnlinked, type ScratchFolder } from '../sort/scratch.ts';
import type { SortedRows } from '../sort/sorted-run.ts';
import { writeAll } from '../write-all.ts';
import type { EntryReader } from './entry-reader.ts';
import { FileBytes } from './file-bytes.ts';

const BLOCK = 1 << 20;

export interface SortedEntries {
  /** A scratch file that holds the entries, framed as in a snapshot, without any header. */
  readonly bytes: FileBytes;
  /** Entries left out because the same encoded key came again later. */
  readonly repeated: number;
}

/** In place of a value that cannot be used, so that no older version of its key counts. */
const NO_VALUE = Buffer.alloc(VALUE_HEADER_BYTES);
NO_VALUE[0] = FLAGS_RESERVED;

/**
 * Sorts all entries of a file by encoded key into a scratch file. Of entries with the same encoded key the one that
 * comes last in the input stays (docs/format/01-snapshot.md, section 6).
 *
 * @param salvage says which entries are left out: they stay as keys without a value.
 */
export function sortEntries(entries: EntryReader, scratch: ScratchFolder, salvage?: Salvage): SortedEntries {
  const sorter = new ExternalSorter({ scratch });
  try {
    addEntries(sorter, entries, salvage);
    return writeSorted(sorter.sorted(), scratch);
  } finally {
    sorter.close();
  }
}

function addEntries(sorter: ExternalSorter, entries: EntryReader, salvage: Salvage | undefined): void {
  while (entries.next()) {
    const { bytes, keyStart, keyEnd, valueStart, valueEnd } = entries;
    const isLeftOut = salvage !== undefined && (entries.isDamaged || salvage.isLeftOut(entries.offset));
    sorter.add(
      bytes.subarray(keyStart, keyEnd + TIMESTAMP_BYTES),
      isLeftOut ? NO_VALUE : bytes.subarray(valueStart - VALUE_HEADER_BYTES, valueEnd),
    );
  }
}

function writeSorted(rows: SortedRows, scratch: ScratchFolder): SortedEntries {
  const output = new EntryFile(scratch);
  try {
    const repeated = appendLastOfEach(rows, output);
    return { bytes: output.end(), repeated };
  } catch (error) {
    output.abandon();
    throw error;
  }
}

/** @returns how many rows were left out, because their key comes again. */
function appendLastOfEach(rows: SortedRows, output: EntryFile): number {
  let pending: { key: Buffer; value: Buffer } | undefined;
  let repeated = 0;
  while (rows.next()) {
    const { bytes, keyStart, keyEnd, payloadStart, payloadEnd } = rows;
    if (pending !== undefined) {
      if (rows.isRepeated()) repeated++;
      else output.append(pending.key, pending.value);
    }
    pending = {
      key: Buffer.from(bytes.subarray(keyStart, keyEnd)),
      value: Buffer.from(bytes.subarray(payloadStart, payloadEnd)),
    };
  }
  if (pending !== undefined) output.append(pending.key, pending.value);
  return repeated;
}

class EntryFile {
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

  append(key: Buffer, value: Buffer): void {
    this.#push(this.#framed(key.length), key, this.#framed(value.length), value);
    if (this.#waiting >= BLOCK) this.#flush();
  }

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
