import type { CheckedSnapshot } from '../read/checked-snapshot.ts';
import type { EntryReader } from '../read/entry-reader.ts';
import type { ScannedEntries } from '../read/scan.ts';
import { MergedRows } from '../sort/merged-rows.ts';
import { EntryRun } from './entry-run.ts';
import type { Extents } from './extents.ts';
import { Moment } from './moment.ts';
import { RepeatedEntries } from './repeated-entries.ts';

/** Says which entries of an input do not belong there. */
export interface StrayJudge {
  /** Whether the user key `bytes[start, end)` of this input lies in the wrong file, so that no client sees it. */
  isStray(input: number, bytes: Buffer, start: number, end: number): boolean;
  /** Is told of each such entry that a merge leaves out. */
  leftOut(input: number, bytes: Buffer, start: number, end: number): void;
}

export interface MergedEntriesOptions {
  /** Younger versions do not count: a commit timestamp, inclusive. */
  readonly asOf?: bigint | undefined;
  readonly strays?: StrayJudge | undefined;
}

const NO_ENTRIES = Buffer.alloc(0);
/** Held in memory for all inputs together, in bytes. */
const BUFFERS = 16 << 20;
const LARGEST_BUFFER = 1 << 20;
const SMALLEST_BUFFER = 1 << 16;

/**
 * The entries of several snapshots in one order, all versions, as a scan takes them; where each of them stands goes to the extents.
 * docs/format/09-groups.md, section 3. Bodies are passed over.
 */
export class MergedEntries implements ScannedEntries {
  readonly #runs: readonly EntryRun[];
  readonly #rows: MergedRows;
  readonly #extents: Extents;
  readonly #moment: Moment | undefined;
  readonly #strays: StrayJudge | undefined;
  /** Inputs from this one on have no strays. */
  readonly #judged: number;
  readonly #repeats: RepeatedEntries;
  bytes: Buffer = NO_ENTRIES;
  keyStart = 0;
  keyEnd = 0;
  valueStart = 0;
  valueEnd = 0;
  /** In the merged bytes. */
  offset = 0;
  endOffset = 0;
  tombstone = false;
  readonly isDamaged = false;
  readonly isEncrypted = false;
  readonly unreadable = 0;
  /** Entries that lay in the wrong file. */
  strayCount = 0;
  /** Entries above the moment. */
  youngerCount = 0;
  /** Entries that came before from another input, with the same value. */
  repeatedCount = 0;

  /** @param options `judged`: inputs from this index on have no strays. */
  constructor(
    inputs: readonly CheckedSnapshot[],
    extents: Extents,
    { asOf, strays, judged }: MergedEntriesOptions & { readonly judged: number },
  ) {
    const bufferBytes = Math.min(LARGEST_BUFFER, Math.max(SMALLEST_BUFFER, Math.floor(BUFFERS / inputs.length)));
    this.#runs = inputs.map((input) => new EntryRun(input.entries({ bodies: 'passed over', bufferBytes })));
    this.#rows = new MergedRows(this.#runs);
    this.#extents = extents;
    this.#moment = asOf === undefined ? undefined : new Moment(asOf);
    this.#strays = strays;
    this.#judged = judged;
    this.#repeats = new RepeatedEntries(inputs);
  }

  get timestamp(): bigint {
    return BigInt.asUintN(64, ~this.bytes.readBigUInt64BE(this.keyEnd));
  }

  get expiry(): bigint {
    return this.bytes.readBigUInt64LE(this.valueStart - 8);
  }

  /** Of all inputs, their operational rows included. */
  get ordinal(): number {
    return this.#runs.reduce((sum, { entries }) => sum + entries.ordinal, 0);
  }

  get operational(): number {
    return this.#runs.reduce((sum, { entries }) => sum + entries.operational, 0);
  }

  next(): boolean {
    const rows = this.#rows;
    while (rows.next()) {
      const input = rows.run;
      const { entries } = this.#runs[input]!;
      if (!this.#counts(input, entries, rows.isRepeated())) continue;
      this.#take(input, entries);
      return true;
    }
    return false;
  }

  #counts(input: number, entries: EntryReader, isKeyRepeated: boolean): boolean {
    if (!isKeyRepeated) this.#repeats.beginKey();
    if (input < this.#judged && this.#strays?.isStray(input, entries.bytes, entries.keyStart, entries.keyEnd)) {
      this.#strays.leftOut(input, entries.bytes, entries.keyStart, entries.keyEnd);
      this.strayCount++;
      return false;
    }
    if (this.#moment?.isYounger(entries.bytes, entries.keyStart, entries.keyEnd)) {
      this.youngerCount++;
      return false;
    }
    if (!this.#repeats.isRepeated(input, entries)) return true;
    this.repeatedCount++;
    return false;
  }

  #take(input: number, entries: EntryReader): void {
    const length = entries.endOffset - entries.offset;
    this.offset = this.endOffset;
    this.endOffset += length;
    this.#extents.append(input, entries.offset, length);
    this.bytes = entries.bytes;
    this.keyStart = entries.keyStart;
    this.keyEnd = entries.keyEnd;
    this.valueStart = entries.valueStart;
    this.valueEnd = entries.valueEnd;
    this.tombstone = entries.tombstone;
  }
}
