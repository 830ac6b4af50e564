import { BatchThread, type BatchWork } from '../threads/batch-thread.ts';
import { multikeySort, type SortCalls } from './multikey-sort.ts';
import type { RunFile } from './run-file.ts';
import { SORT_CALLS, SortArena } from './sort-arena.ts';
import { RECORD_HEADER } from './sort-record.ts';

/** One is sorted and written while the other one is filled. */
const ARENAS = 2;
/** Bytes of records for which there is room for an offset, at least: rows of a snapshot are larger. */
const BYTES_PER_RECORD = 32;
/** Numbers of an order, u32 LE: what is to be sorted and where it goes, and what came of it. */
const LAYOUT = { arena: 0, count: 4, fd: 8, bytes: 12, written: 16, longest: 20 } as const;
const ORDER_BYTES = 24;
/** An order on its way, and one that was taken back. */
const SLOTS = 2;

interface SortRowsOptions {
  readonly layout: typeof LAYOUT;
  readonly header: number;
  readonly arenas: ReadonlyArray<{ readonly bytes: SharedArrayBuffer; readonly offsets: SharedArrayBuffer }>;
  /** Where the sorted records go. */
  readonly run: SharedArrayBuffer;
}

interface SortRowsCalls extends SortCalls {
  readonly multikeySort: typeof multikeySort;
}

/** Sorts the records of an arena, and writes them to a file, as far as they can be written. */
export const sortRows: BatchWork<SortRowsOptions, SortRowsCalls> = (order, _length, { fs, options, calls }) => {
  const { layout, header, arenas } = options;
  const { lengthAt } = calls;
  const arena = arenas[order.readUInt32LE(layout.arena)]!;
  const count = order.readUInt32LE(layout.count);
  const bytes = Buffer.from(arena.bytes);
  const offsets = new Uint32Array(arena.offsets, 0, count);
  const sort = calls.multikeySort(bytes, offsets, count, calls);
  while (sort.step());
  const run = Buffer.from(options.run);
  let end = 0;
  let longest = 0;
  for (let i = 0; i < count; i++) {
    const record = offsets[i]!;
    const length = header + lengthAt(bytes, record) + lengthAt(bytes, record + 4);
    bytes.copy(run, end, record, record + length);
    end += length;
    if (length > longest) longest = length;
  }
  const fd = order.readUInt32LE(layout.fd);
  let written = 0;
  try {
    while (written < end) written += fs.writeSync(fd, run, written, end - written, null);
  } catch {
    // The caller finds out why.
  }
  order.writeUInt32LE(end, layout.bytes);
  order.writeUInt32LE(written, layout.written);
  order.writeUInt32LE(longest, layout.longest);
};

/**
 * Sorts full arenas and writes them as runs in a thread of its own, while the caller fills the next one. What comes of them is the same as
 * when the caller does it: what the thread cannot write is written here, in order, and what that throws goes through.
 */
export class RunsBehind {
  readonly #arenas: readonly SortArena[];
  readonly #run: Buffer;
  readonly #thread: BatchThread<SortRowsOptions, SortRowsCalls>;
  /** Number of the arena that was given last. */
  #given = ARENAS - 1;
  /** Where what is outside goes. */
  #file: RunFile | undefined;

  /** @param first arena that is full: all are as large, and have room for as many records. */
  constructor({ capacity, count }: SortArena) {
    const most = Math.max(count, Math.floor(capacity / BYTES_PER_RECORD));
    const arenas = Array.from({ length: ARENAS }, () => ({
      bytes: new SharedArrayBuffer(capacity),
      offsets: new SharedArrayBuffer(most * Uint32Array.BYTES_PER_ELEMENT),
    }));
    const run = new SharedArrayBuffer(capacity);
    this.#arenas = arenas.map(
      ({ bytes, offsets }) => new SortArena(capacity, { bytes: Buffer.from(bytes), offsets: new Uint32Array(offsets) }),
    );
    this.#run = Buffer.from(run);
    const options: SortRowsOptions = { layout: LAYOUT, header: RECORD_HEADER, arenas, run };
    this.#thread = BatchThread.start(sortRows, {
      does: 'sorts rows',
      options,
      calls: { ...SORT_CALLS, multikeySort },
      slots: SLOTS,
      slotBytes: ORDER_BYTES,
    });
  }

  /**
   * Has an arena sorted and written to the end of a file, which is not touched before {@link takeBack}; to be called when nothing is outside.
   *
   * @param arena that this gave, or the first one, which is copied. @returns one without records.
   */
  give(arena: SortArena, file: RunFile): SortArena {
    const number = (this.#given + 1) % ARENAS;
    const given = this.#arenas[number]!;
    if (arena !== given) {
      arena.copyTo(given);
      arena.release();
    }
    const order = this.#thread.next;
    order.writeUInt32LE(number, LAYOUT.arena);
    order.writeUInt32LE(given.count, LAYOUT.count);
    order.writeUInt32LE(file.descriptor, LAYOUT.fd);
    this.#thread.give(ORDER_BYTES);
    this.#given = number;
    this.#file = file;
    return this.#arenas[(number + 1) % ARENAS]!;
  }

  /**
   * Waits for the run that was given; `undefined` when nothing is outside. Throws EnvironmentError when the thread has died, or the disk
   * is full.
   *
   * @returns the longest row of the run, in bytes.
   */
  takeBack(): { readonly longest: number } | undefined {
    if (this.#thread.outside === 0) return undefined;
    const { batch: order } = this.#thread.take(() => 'rows that go to the scratch folder');
    const written = order.readUInt32LE(LAYOUT.written);
    this.#file!.wrote(written);
    this.#file!.append(this.#run, written, order.readUInt32LE(LAYOUT.bytes));
    this.#arenas[this.#given]!.clear();
    return { longest: order.readUInt32LE(LAYOUT.longest) };
  }

  /** Ends the thread, after what it works on. To be called in any case, before the file is closed. */
  end(): void {
    this.#thread.end();
  }
}
