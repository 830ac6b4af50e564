import { BatchThread, type BatchWork } from '@ekv/snapshot/threads';
import { displayPath } from '../files/tree-path.ts';
import { type LaidOut, RECORD } from './file-record.ts';
import { MOST_THREADS } from './most-threads.ts';

const BATCH_BYTES = 1 << 18;
/** A batch is handed over when it has so many files: those that wait for it shall not wait long. */
const BATCH_FILES = 128;
const SLOTS = 8;
const FEW_FILES = 256;
/** A larger file would take the place of many. */
const LARGEST = 1 << 16;
const DIGEST_DIGITS = 64;

/** What becomes of the files that were handed over. */
export interface FilesOutcome {
  /** @param path byte string. @param sha256 64 hex digits; without meaning where the work takes no digests. */
  done(path: string, sha256: string): void;
  /** What no thread could do: to be done here, in the order in which the files were given. */
  undone(path: string, content: Buffer): void;
}

export interface FilesWork<Options> {
  /** Gets batches of records. */
  readonly work: BatchWork<Options & LaidOut>;
  readonly options: Options;
  /** For the death of a thread: "writes files". */
  readonly does: string;
  /** Of the paths. */
  readonly root: string;
}

interface Undone {
  readonly ordinal: number;
  readonly path: string;
  readonly content: Buffer;
}

/** One thread, and the batch that is being filled for it. */
interface Lane<Options> {
  readonly thread: BatchThread<Options & LaidOut>;
  used: number;
  files: number;
}

/**
 * Small files that are handed over to other threads, in batches: whoever makes them goes on. All files of a folder go to one thread,
 * since a folder has one lock. What comes of them is the same as with one thread, and comes in the same order where the order can be seen: a
 * thread reports no error, it leaves the file undone.
 */
export class FilesBehind<Options> {
  readonly #start: () => BatchThread<Options & LaidOut>;
  readonly #threads: number;
  readonly #outcome: FilesOutcome;
  readonly #root: Buffer;
  #lanes: Lane<Options>[] = [];
  /** Files that are still to be done here. */
  #before: number;
  #undone: Undone[] = [];
  #ordinal = 0;
  #folder = '';
  #lane = 0;

  /** @param threads that may work; a few are made use of. @param filesBefore so many files are not taken: they are done before a thread has started. Default: 256. */
  constructor(
    threads: number,
    { work, options, does, root }: FilesWork<Options>,
    outcome: FilesOutcome,
    filesBefore = FEW_FILES,
  ) {
    const how = { does, options: { ...options, record: RECORD }, slots: SLOTS, slotBytes: BATCH_BYTES };
    this.#start = () => BatchThread.start(work, how);
    this.#threads = Math.min(threads, MOST_THREADS);
    this.#outcome = outcome;
    this.#root = Buffer.from(`${root}/`);
    this.#before = threads === 0 ? Number.POSITIVE_INFINITY : filesBefore;
  }

  /**
   * Takes a file, if it is small; its bytes are copied. Throws what {@link FilesOutcome.undone} throws for an earlier one.
   *
   * @returns whether it was taken. The first few are not. A large one is no burden for who has its bytes, and when the thread has more to do than it can, the
   * file is sooner done here.
   */
  give(path: string, bytes: Uint8Array): boolean {
    if (bytes.length > LARGEST || this.#before-- > 0) return false;
    const lane = this.#laneOf(path);
    const length = RECORD.headLength + this.#root.length + path.length + bytes.length;
    if (lane.files === BATCH_FILES || lane.used + length > BATCH_BYTES) this.#handOver(lane);
    if (lane.used === 0 && !this.#hasRoom(lane)) return false;
    this.#write(lane, path, bytes);
    lane.used += length;
    lane.files++;
    return true;
  }

  /** Waits for all files that were given. Throws what {@link FilesOutcome.undone} throws, EnvironmentError for a thread that died. */
  settle(): void {
    for (const lane of this.#lanes) if (lane.used > 0) this.#handOver(lane);
    for (const lane of this.#lanes) while (lane.thread.outside > 0) this.#takeBack(lane);
    const undone = this.#undone.sort((a, b) => a.ordinal - b.ordinal);
    this.#undone = [];
    for (const { path, content } of undone) this.#outcome.undone(path, content);
  }

  /** Ends the threads; when it returns they touch no file any more. Files that were not settled may be there or not. */
  end(): void {
    for (const { thread } of this.#lanes) thread.end();
    this.#lanes = [];
    this.#before = Number.POSITIVE_INFINITY;
  }

  #hasRoom(lane: Lane<Options>): boolean {
    const { thread } = lane;
    while (thread.outside > 0 && thread.waitsFor === 'nothing') this.#takeBack(lane);
    if (this.#undone.length > 0) this.settle();
    return !thread.isFull;
  }

  #write({ thread, used: at }: Lane<Options>, path: string, bytes: Uint8Array): void {
    const batch = thread.next;
    const pathLength = this.#root.length + path.length;
    batch.writeUInt32LE(pathLength, at + RECORD.pathLength);
    batch.writeUInt32LE(bytes.length, at + RECORD.contentLength);
    batch[at + RECORD.isDone] = 0;
    batch.writeDoubleLE(this.#ordinal++, at + RECORD.ordinal);
    batch.set(this.#root, at + RECORD.headLength);
    batch.write(path, at + RECORD.headLength + this.#root.length, 'latin1');
    batch.set(bytes, at + RECORD.headLength + pathLength);
  }

  #handOver(lane: Lane<Options>): void {
    lane.thread.give(lane.used);
    lane.used = 0;
    lane.files = 0;
  }

  #takeBack({ thread }: Lane<Options>): void {
    const { batch, length } = thread.take((batch) => this.#described(batch));
    for (let at = 0; at < length; ) {
      const pathAt = at + RECORD.headLength + this.#root.length;
      const start = at + RECORD.headLength + batch.readUInt32LE(at + RECORD.pathLength);
      const end = start + batch.readUInt32LE(at + RECORD.contentLength);
      const path = batch.toString('latin1', pathAt, start);
      if (batch[at + RECORD.isDone] === 1)
        this.#outcome.done(path, batch.toString('latin1', at + RECORD.sha256, at + RECORD.sha256 + DIGEST_DIGITS));
      else {
        const content = Buffer.from(batch.subarray(start, end));
        this.#undone.push({ ordinal: batch.readDoubleLE(at + RECORD.ordinal), path, content });
      }
      at = end;
    }
  }

  #described(batch: Buffer): string {
    const start = RECORD.headLength + this.#root.length;
    return `${displayPath(batch.toString('latin1', start, RECORD.headLength + batch.readUInt32LE(RECORD.pathLength)))} and the files after it`;
  }

  #laneOf(path: string): Lane<Options> {
    if (this.#lanes.length === 0)
      this.#lanes = Array.from({ length: this.#threads }, () => ({ thread: this.#start(), used: 0, files: 0 }));
    const end = path.lastIndexOf('/');
    if (end !== this.#folder.length || !path.startsWith(this.#folder)) {
      this.#folder = path.slice(0, Math.max(0, end));
      this.#lane = spread(this.#folder) % this.#lanes.length;
    }
    return this.#lanes[this.#lane]!;
  }
}

/** A number of a text, by which texts are spread evenly. */
function spread(text: string): number {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum = (Math.imul(sum, 31) + text.charCodeAt(i)) >>> 0;
  return sum;
}
