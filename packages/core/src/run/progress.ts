import { ADAPTER_NAMES } from './adapter-list.ts';

/** What a run is doing. */
export const PHASES = [
  'starting',
  'checking the snapshot',
  ...ADAPTER_NAMES,
  'writing the snapshot',
  'self-test: rows',
  'self-test: files',
  'publishing',
  'hashing the tree',
  'copying the snapshot',
  'merging the snapshots',
  'choosing rows',
  'reading the archive',
  'packing',
  'unpacking',
  'verifying',
  'listing',
  'counting all versions',
  'comparing the snapshots',
  'looking for what differs',
  'reading what differs',
] as const;

export type Phase = (typeof PHASES)[number];

const PHASE = 0;
const RECORDS = 1;
const BYTES = 2;
const TOTAL = 3;
const DONE = 4;
const CELLS = 5;

/**
 * Counters of a run in shared memory: the thread that works counts, another one shows them. All start anew with each
 * phase.
 */
export class Progress {
  readonly shared: SharedArrayBuffer;
  readonly #counters: Float64Array;

  /** @param shared memory of the Progress of another thread. */
  constructor(shared: SharedArrayBuffer = new SharedArrayBuffer(CELLS * 8)) {
    this.shared = shared;
    this.#counters = new Float64Array(shared);
  }

  get phase(): Phase {
    return PHASES[this.#counters[PHASE]!]!;
  }

  /** Snapshot rows on encode, rows and then files on decode. */
  get records(): number {
    return this.#counters[RECORDS]!;
  }

  /** Bytes of these. */
  get bytes(): number {
    return this.#counters[BYTES]!;
  }

  /** How much the phase has to do, in units of its own (bytes of a file, rows, files); 0 when nothing tells. */
  get total(): number {
    return this.#counters[TOTAL]!;
  }

  /** How much of that is done. It is a measure for people: it may stay below the total, or pass it. */
  get done(): number {
    return this.#counters[DONE]!;
  }

  /** The memory of {@link done}, for those who count without knowing of a Progress: one element. */
  get doneCell(): Float64Array {
    return this.#counters.subarray(DONE, DONE + 1);
  }

  /** @param total as in {@link total}. */
  begin(phase: Phase, total = 0): void {
    this.#counters.fill(0, RECORDS);
    this.#counters[TOTAL] = total;
    this.#counters[PHASE] = PHASES.indexOf(phase);
  }

  count(bytes: number): void {
    this.#counters[RECORDS]!++;
    this.#counters[BYTES]! += bytes;
  }

  /** Counts bytes that are no record. */
  addBytes(bytes: number): void {
    this.#counters[BYTES]! += bytes;
  }

  /** @param units more that are done. */
  advance(units: number): void {
    this.#counters[DONE]! += units;
  }

  /** @param units that are done in all. */
  reach(units: number): void {
    this.#counters[DONE] = units;
  }
}
