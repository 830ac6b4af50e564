import { writeLength } from '../format/length-field.ts';
import { MergedRows } from './merged-rows.ts';
import { type FileRun, RunFile } from './run-file.ts';
import type { ScratchFolder } from './scratch.ts';
import { SortArena } from './sort-arena.ts';
import { MAIN_SORT_BYTES } from './sort-memory.ts';
import { RECORD_HEADER } from './sort-record.ts';
import { MemoryRun, type SortedRows } from './sorted-run.ts';
import { finish, type Steps } from './steps.ts';

const NOTHING = new Uint8Array(0);

/** Runs that are merged at once; each needs a read buffer of 64 KiB. */
const FAN_IN = 256;

/** Bytes that are copied to a run in one step. */
const STEP_BYTES = 1 << 18;

/** A merge holds a row of each run. Runs of large rows are merged before they would hold more than this together. */
const MOST_HELD = 64 << 20;

/** What a sort may take. */
export interface ExternalSorterOptions {
  readonly scratch: ScratchFolder;
  /** Bytes of records held in memory before a sorted run goes to disk. Default {@link MAIN_SORT_BYTES}, 16 MiB. */
  readonly arenaBytes?: number | undefined;
}

interface Level {
  /** Where the next run of it goes, once there is one. */
  file: RunFile | undefined;
  readonly runs: FileRun[];
  /** Bytes that a merge of the runs holds: the longest row of each. */
  held: number;
}

/**
 * Sorts any number of (key, payload) rows by key in bounded memory: unsigned bytes, the shorter key first, rows with
 * equal keys in the order in which they were added.
 *
 * Memory: the arena, 16 bytes per row in it, and while merging the longest row of each run, at least 64 KiB: together
 * 64 MiB per level of merges, and three rows when they are larger. A row larger than the arena becomes a run of its own.
 * Keys and payloads are below 4 GiB. Throws EnvironmentError when the scratch disk fails.
 */
export class ExternalSorter {
  readonly #scratch: ScratchFolder;
  readonly #arena: SortArena;
  /** `#levels[n]` holds runs merged n times, in order of arrival, in one file; higher levels are older. */
  readonly #levels: Array<Level | undefined> = [];
  #count = 0;

  constructor(options: ExternalSorterOptions) {
    this.#scratch = options.scratch;
    this.#arena = new SortArena(options.arenaBytes ?? MAIN_SORT_BYTES);
  }

  /** Rows added so far. */
  get count(): number {
    return this.#count;
  }

  /** Adds a row; all parts are copied. @param rest what follows in the payload, for one that is not to be joined first. */
  add(key: Uint8Array, payload: Uint8Array, rest: Uint8Array = NOTHING): void {
    this.#count++;
    const payloadLength = payload.length + rest.length;
    if (!this.#arena.fits(key.length, payloadLength)) {
      this.#spill();
      if (!this.#arena.fits(key.length, payloadLength)) return this.#addOversized(key, payload, rest);
    }
    const at = this.#arena.reserve(key.length, payloadLength);
    this.#arena.bytes.set(key, at);
    this.#arena.bytes.set(payload, at + key.length);
    this.#arena.bytes.set(rest, at + key.length + payload.length);
  }

  /**
   * Makes room for a row of at most this size and gives the place where the caller writes key and payload, one after
   * the other; `undefined` when the row is larger than the arena and must go through {@link add}.
   */
  reserve(keyLength: number, payloadLength: number): { readonly bytes: Buffer; readonly at: number } | undefined {
    if (RECORD_HEADER + keyLength + payloadLength > this.#arena.capacity) return undefined;
    if (!this.#arena.fits(keyLength, payloadLength)) this.#spill();
    this.#count++;
    const at = this.#arena.reserve(keyLength, payloadLength);
    this.#slot.bytes = this.#arena.bytes;
    this.#slot.at = at;
    return this.#slot;
  }

  readonly #slot: { bytes: Buffer; at: number } = { bytes: Buffer.alloc(0), at: 0 };

  /** All rows in order. To be called once, after the last `add`. */
  sorted(): SortedRows {
    return finish(this.sortedInSteps());
  }

  /** As {@link sorted}. */
  *sortedInSteps(): Steps<SortedRows> {
    yield* this.#arena.sort();
    const memory = new MemoryRun(this.#arena);
    const runs = this.#oldestFirst().flatMap((level) => level.runs);
    return runs.length === 0 ? memory : new MergedRows([...runs, memory]);
  }

  /**
   * Lets go of memory and scratch when the rows are not wanted after all, in place of {@link sorted}, whose rows it would close
   * too. May be called twice.
   */
  close(): void {
    this.#arena.release();
    for (const { runs, file } of this.#oldestFirst()) {
      for (const run of runs) run.close();
      file?.close();
    }
    this.#levels.length = 0;
  }

  #oldestFirst(): Level[] {
    return [...this.#levels].reverse().filter((level) => level !== undefined);
  }

  /** Whether a row of this size goes to memory without a spill. */
  fits(keyLength: number, payloadLength: number): boolean {
    return this.#arena.fits(keyLength, payloadLength);
  }

  /** Brings the rows in memory to disk, for callers who do not want {@link add} to do so when there is no room left. */
  *spillInSteps(): Steps<void> {
    if (this.#arena.count === 0) return;
    yield* this.#arena.sort();
    yield* this.#keep(new MemoryRun(this.#arena), 0);
    this.#arena.clear();
  }

  #spill(): void {
    if (this.#arena.count > 0) finish(this.spillInSteps());
  }

  #addOversized(key: Uint8Array, payload: Uint8Array, rest: Uint8Array): void {
    const file = this.#file(0);
    const header = Buffer.alloc(RECORD_HEADER);
    writeLength(header, 0, key.length);
    writeLength(header, 4, payload.length + rest.length);
    for (const part of [header, asBuffer(key), asBuffer(payload), asBuffer(rest)]) file.append(part, 0, part.length);
    finish(this.#endRun(0, RECORD_HEADER + key.length + payload.length + rest.length));
  }

  /** Writes rows to a run of the level. */
  *#keep(rows: SortedRows, number: number): Steps<void> {
    const file = this.#file(number);
    let longest = 0;
    for (;;) {
      const copied = copySome(rows, file);
      longest = Math.max(longest, copied.longest);
      if (copied.isLast) break;
      yield;
    }
    yield* this.#endRun(number, longest);
  }

  #level(number: number): Level {
    this.#levels[number] ??= { file: undefined, runs: [], held: 0 };
    return this.#levels[number];
  }

  #file(number: number): RunFile {
    const level = this.#level(number);
    level.file ??= RunFile.in(this.#scratch);
    return level.file;
  }

  /** @param longest row of the run, in bytes. */
  *#endRun(number: number, longest: number): Steps<void> {
    const level = this.#level(number);
    const { runs } = level;
    const run = this.#file(number).endRun(longest);
    runs.push(run);
    level.held += run.held;
    const isFull = runs.length === FAN_IN || (runs.length > 1 && level.held > MOST_HELD);
    if (!isFull) return;
    const merged = new MergedRows(runs);
    yield* this.#keep(merged, number + 1);
    merged.close();
    this.#levels[number] = undefined;
  }
}

/** Copies rows to a run until there are no more, or one step is done. */
function copySome(rows: SortedRows, file: RunFile): { readonly longest: number; readonly isLast: boolean } {
  let longest = 0;
  for (let copied = 0; copied < STEP_BYTES; ) {
    if (!rows.next()) return { longest, isLast: true };
    const start = rows.keyStart - RECORD_HEADER;
    const length = rows.payloadEnd - start;
    file.append(rows.bytes, start, rows.payloadEnd);
    if (length > longest) longest = length;
    copied += length;
  }
  return { longest, isLast: false };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
