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
  /** Whether the caller reads a batch with which no thread has begun, while it has to wait for one. */
  readonly helps: boolean;
  /** Most files of a batch. */
  readonly batch: number;
  /** For fewer files a thread is not woken. */
  readonly few: number;
}

const USUAL: AheadPace = {
  filesBeforeStart: 1000,
  helps: true,
  batch: MOST_REQUESTS,
  few: 8,
};

/** Every file comes from a thread, in batches of two: so a few files are enough for a test. */
export const EVERY_FILE: AheadPace = { filesBeforeStart: 0, helps: false, batch: 2, few: 0 };

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
 * Small files that are read before they are asked for, in batches: by threads, and by who asks for them where no thread has begun with
 * a batch. They are asked for in the order in which they were expected, as a rule; a file that is not at hand is read by whoever asks for
 * it, in the ordinary way, and so is one about which there is something to say.
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
    if (this.#before === 0) return true;
    this.#before--;
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
    while (this.#batches[0] !== batch) this.#forgetFirst();
    const memory = this.#memoryOf(batch);
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

  /** Of the first batch. */
  #memoryOf(batch: Batch): Buffer {
    if (batch.memory !== undefined) return batch.memory;
    const { reader } = batch;
    if (this.#pace.helps) while (reader.waitsFor !== 'nothing' && reader.help());
    batch.memory = reader.take(() => this.#shown(batch)).batch;
    return batch.memory;
  }

  #shown({ requests: { paths } }: Batch): string {
    const [first, last] = [paths[0]!, paths.at(-1)!];
    const { display } = this.#options;
    return first === last
      ? display(first)
      : `${display(first)} and ${paths.length - 1} more files, up to ${display(last)}`;
  }

  /** Those first batches of which no file can be asked for any more, because who expected them went on. */
  #forgetPassed(): void {
    for (let batch = this.#batches[0]; batch !== undefined; batch = this.#batches[0]) {
      if (this.#expected - batch.expected < this.most) return;
      this.#forgetFirst();
    }
  }

  #forgetFirst(): void {
    const batch = this.#batches.shift()!;
    if (batch.memory === undefined) batch.reader.passOver();
    this.#forget(batch, batch.requests.paths.length);
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
