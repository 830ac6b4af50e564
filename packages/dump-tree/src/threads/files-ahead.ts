import { READ_NO_LINK } from '@ekv/snapshot';
import { BatchThread } from '@ekv/snapshot/threads';
import { type FileAhead, FileRequests, fileOf, MOST_REQUESTS } from './file-requests.ts';
import { MOST_THREADS } from './most-threads.ts';
import { LAYOUT, type ReadFilesOptions, readFiles } from './read-files.ts';

/** Of each thread: 4 MiB, of which small files touch little. */
const SLOTS = 8;
const SLOT_BYTES = 512 << 10;
/** How files are shared between the threads and the caller. */
export interface AheadPace {
  /** Files that must be expected before a thread is started: to start one takes as long as to read about so many. */
  readonly filesBeforeStart: number;
  /** Whether the caller waits for a thread that has not come to life; else it reads by itself until then. */
  readonly waitsForStart: boolean;
  /** Most files of a batch. */
  readonly batch: number;
  /** For fewer files a thread is not woken. */
  readonly few: number;
  /** So many files are left to the caller when it had to wait: then its thread reads as well. */
  readonly share: number;
}

const USUAL: AheadPace = {
  filesBeforeStart: 1000,
  waitsForStart: false,
  batch: MOST_REQUESTS,
  few: 8,
  share: MOST_REQUESTS / 2,
};

/** Every file comes from a thread, in batches of two: so a few files are enough for a test. */
export const EVERY_FILE: AheadPace = { filesBeforeStart: 0, waitsForStart: true, batch: 2, few: 0, share: 0 };

export interface FilesAheadOptions {
  /** Path of the tree. */
  readonly root: string;
  /** How many threads read. */
  readonly threads: number;
  readonly takesDigests: boolean;
  /** The path for people. */
  readonly display: (path: string) => string;
  readonly pace?: AheadPace | undefined;
}

type Reader = BatchThread<ReadFilesOptions>;

interface Batch {
  readonly requests: FileRequests;
  readonly reader: Reader;
  /** Once it is taken back. */
  memory: Buffer | undefined;
  /** Requests before this one were asked for, or never will be. */
  next: number;
  /** How many files had been expected when its last one was. */
  expected: number;
}

/**
 * Small files that threads read before they are asked for. They are asked for in the order in which they were expected, as a rule; a
 * file that is not at hand is read by whoever asks for it, in the ordinary way, and so is one about which there is something to say.
 */
export class FilesAhead {
  /** How many files may be expected and not asked for. */
  readonly most: number;
  readonly #options: FilesAheadOptions;
  readonly #pace: AheadPace;
  readonly #root: Buffer;
  readonly #readers: Reader[] = [];
  /** Files that are still to be expected before a thread is started. */
  #before: number;
  #expected = 0;
  /** Batches given. */
  #given = 0;
  /** Given, in this order. The first one may have been taken back. */
  readonly #batches: Batch[] = [];
  #filling: Batch | undefined;
  readonly #batchOf = new Map<string, Batch>();
  /** Files that are left to the caller. */
  #left = 0;

  constructor(options: FilesAheadOptions) {
    const threads = Math.min(options.threads, MOST_THREADS);
    this.#options = { ...options, threads };
    this.#root = Buffer.from(`${options.root}/`);
    this.#pace = options.pace ?? USUAL;
    this.#before = this.#pace.filesBeforeStart;
    // One slot of a thread is that of the batch which was taken last.
    this.most = threads * (SLOTS - 1) * this.#pace.batch - 1;
  }

  /**
   * Whether another file is to be expected now. So a caller need not look at the way to a file that nobody reads ahead. Counts files
   * for which it says no.
   */
  wants(): boolean {
    this.#expected++;
    if (this.#before > 0) this.#before--;
    else if (this.#left > 0) this.#left--;
    else return true;
    return false;
  }

  /** @param path of a file that is asked for soon, a byte string relative to the root. @param bytes a larger file is not wanted. */
  expect(path: string, bytes: number): void {
    if (this.#filling?.requests.hasRoomFor(this.#root, path) === false) this.#give();
    this.#filling ??= this.#begin();
    const requests = this.#filling?.requests;
    if (requests === undefined || !requests.hasRoomFor(this.#root, path)) return;
    requests.add(this.#root, path, bytes);
    this.#filling!.expected = this.#expected;
    this.#batchOf.set(path, this.#filling!);
    if (requests.paths.length === this.#pace.batch) this.#give();
  }

  /**
   * The file, if it is at hand; then all that were expected before it are forgotten. Throws EnvironmentError when the thread that reads it
   * has died.
   */
  take(path: string): FileAhead | undefined {
    const batch = this.#batchOf.get(path);
    if (batch === undefined) return undefined;
    if (batch === this.#filling) {
      if (this.#pace.few > 0) return this.#giveWithout(path);
      this.#give();
    }
    while (this.#batches[0] !== batch) if (!this.#forgetFirst()) return undefined;
    const memory = this.#memoryOf(batch);
    if (memory === undefined) return undefined;
    const index = batch.requests.paths.indexOf(path, batch.next);
    this.#forget(batch, index + 1);
    return fileOf(memory, index, this.#options.takesDigests);
  }

  /** Ends the threads. May be called twice. */
  end(): void {
    this.#batchOf.clear();
    this.#filling = undefined;
    this.#before = Number.POSITIVE_INFINITY;
    for (const reader of this.#readers.splice(0)) reader.end();
  }

  /** A batch for the thread whose turn it is; `undefined` when all of its batches are outside. */
  #begin(): Batch | undefined {
    const reader = this.#reader(this.#given % this.#options.threads);
    if (reader.isFull) this.#forgetPassed();
    if (reader.isFull) return undefined;
    return { requests: new FileRequests(reader.next), reader, memory: undefined, next: 0, expected: 0 };
  }

  #reader(number: number): Reader {
    const { takesDigests } = this.#options;
    const options = { layout: LAYOUT, flags: READ_NO_LINK, takesDigests };
    this.#readers[number] ??= BatchThread.start(readFiles, {
      does: 'reads files',
      options,
      slots: SLOTS,
      slotBytes: SLOT_BYTES,
    });
    return this.#readers[number];
  }

  #give(): void {
    const batch = this.#filling!;
    batch.reader.give(batch.requests.length);
    this.#given++;
    this.#batches.push(batch);
    this.#filling = undefined;
  }

  /** The caller has come to a batch that is not given: it reads this file, and a thread the others meanwhile. */
  #giveWithout(path: string): undefined {
    const batch = this.#filling!;
    const { requests } = batch;
    const end = requests.paths.indexOf(path) + 1;
    const isWorthIt = requests.paths.length - end >= this.#pace.few;
    this.#forget(batch, isWorthIt ? end : requests.paths.length);
    if (!isWorthIt) this.#filling = undefined;
    else {
      for (let before = 0; before < end; before++) requests.drop(before);
      this.#give();
    }
  }

  /** Of the first batch. Waits for it when its thread has come to life. */
  #memoryOf(batch: Batch): Buffer | undefined {
    if (batch.memory !== undefined) return batch.memory;
    const { waitsFor } = batch.reader;
    if (waitsFor === 'start' && !this.#pace.waitsForStart) return undefined;
    if (waitsFor === 'batch') this.#left = this.#pace.share;
    batch.memory = batch.reader.take(() => this.#shown(batch)).batch;
    return batch.memory;
  }

  #shown({ requests: { paths } }: Batch): string {
    const [first, last] = [paths[0]!, paths.at(-1)!];
    const { display } = this.#options;
    return first === last
      ? display(first)
      : `${display(first)} and ${paths.length - 1} more files, up to ${display(last)}`;
  }

  /** Those first batches of which no file can be asked for any more, such as those given before a thread came to life; without a wait. */
  #forgetPassed(): void {
    for (let batch = this.#batches[0]; batch !== undefined; batch = this.#batches[0]) {
      if (this.#expected - batch.expected < this.most) return;
      if (batch.memory === undefined && batch.reader.waitsFor !== 'nothing') return;
      this.#forgetFirst();
    }
  }

  /** @returns whether it could be. */
  #forgetFirst(): boolean {
    const batch = this.#batches[0]!;
    if (this.#memoryOf(batch) === undefined) return false;
    this.#forget(batch, batch.requests.paths.length);
    this.#batches.shift();
    return true;
  }

  /** The requests before `end`. */
  #forget(batch: Batch, end: number): void {
    const { paths } = batch.requests;
    for (; batch.next < end; batch.next++) {
      const path = paths[batch.next]!;
      // The same file may have been expected once more.
      if (this.#batchOf.get(path) === batch) this.#batchOf.delete(path);
    }
  }
}
