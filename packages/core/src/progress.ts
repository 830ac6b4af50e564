/** What a run is doing. */
export const PHASES = [
  'starting',
  'checking the snapshot',
  'redis',
  'dynamodb',
  's3',
  'sqs',
  'writing the snapshot',
  'self-test: rows',
  'self-test: files',
  'publishing',
] as const;

export type Phase = (typeof PHASES)[number];

const PHASE = 0;
const RECORDS = 1;
const BYTES = 2;

/**
 * Counters of a run in shared memory: the thread that works counts, another one shows them. Both start anew with each
 * phase.
 */
export class Progress {
  readonly shared: SharedArrayBuffer;
  readonly #counters: Float64Array;

  /** @param shared memory of the Progress of another thread. */
  constructor(shared: SharedArrayBuffer = new SharedArrayBuffer(3 * 8)) {
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

  begin(phase: Phase): void {
    this.#counters[PHASE] = PHASES.indexOf(phase);
    this.#counters[RECORDS] = 0;
    this.#counters[BYTES] = 0;
  }

  count(bytes: number): void {
    this.#counters[RECORDS]!++;
    this.#counters[BYTES]! += bytes;
  }
}
