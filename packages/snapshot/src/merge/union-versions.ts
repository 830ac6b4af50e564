import { RowError } from '../errors.ts';
import type { CheckedSnapshot } from '../read/checked-snapshot.ts';
import { MergedRows } from '../sort/merged-rows.ts';
import type { VersionCursor } from '../transactions/version-cursor.ts';
import { EntryRun } from './entry-run.ts';
import type { StrayJudge } from './merged-entries.ts';

/** Held in memory for all inputs together, in bytes. */
const BUFFERS = 8 << 20;
const LARGEST_BUFFER = 1 << 20;
const SMALLEST_BUFFER = 1 << 15;

/** Which rows of several snapshots are walked over. */
export interface UnionOptions {
  /** Of one family that all of them know; empty for all rows. */
  readonly family: string;
  readonly bodies: 'read' | 'passed over';
  /** Says which rows are left out. */
  readonly strays?: StrayJudge | undefined;
}

/** The versions of several snapshots in one order, deletions too, without those in the wrong file. */
export class UnionVersions implements VersionCursor {
  readonly #inputs: readonly CheckedSnapshot[];
  readonly #runs: readonly EntryRun[];
  readonly #rows: MergedRows;
  readonly #strays: StrayJudge | undefined;
  #current: EntryRun;
  input = 0;

  /** @param inputs at least one. */
  constructor(inputs: readonly CheckedSnapshot[], { family, bodies, strays }: UnionOptions) {
    const bufferBytes = Math.min(LARGEST_BUFFER, Math.max(SMALLEST_BUFFER, Math.floor(BUFFERS / inputs.length)));
    const of = family === '' ? {} : { family };
    this.#inputs = inputs;
    this.#runs = inputs.map((input) => new EntryRun(input.entries({ ...of, bodies, bufferBytes })));
    this.#rows = new MergedRows(this.#runs);
    this.#strays = strays;
    this.#current = this.#runs[0]!;
  }

  get bytes(): Buffer {
    return this.#current.entries.bytes;
  }

  get keyStart(): number {
    return this.#current.entries.keyStart;
  }

  get keyEnd(): number {
    return this.#current.entries.keyEnd;
  }

  get valueStart(): number {
    return this.#current.entries.valueStart;
  }

  get valueEnd(): number {
    return this.#current.entries.valueEnd;
  }

  get timestamp(): bigint {
    return this.#current.entries.timestamp;
  }

  get tombstone(): boolean {
    return this.#current.entries.tombstone;
  }

  next(): boolean {
    while (this.#rows.next()) {
      this.input = this.#rows.run;
      this.#current = this.#runs[this.input]!;
      const { bytes, keyStart, keyEnd } = this.#current.entries;
      if (!this.#strays?.isStray(this.input, bytes, keyStart, keyEnd)) return true;
    }
    return false;
  }

  refused(rule: string): Error {
    const { bytes, keyStart, keyEnd, offset } = this.#current.entries;
    const key = Uint8Array.from(bytes.subarray(keyStart, keyEnd));
    return this.#inputs[this.input]!.located(new RowError(rule, { offset, key }));
  }
}
