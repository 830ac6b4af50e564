import { COVERED, DAMAGED, DELETED, ENCRYPTED, EXPIRED, LIVE, VERSION_STATES, type VersionState } from '@ekv/snapshot';
import type { Amounts } from '../report.ts';

const UNITS = 0;
const FIRST_STATE = 1;
const COLUMNS = FIRST_STATE + 2 * VERSION_STATES;
/** What an entry takes in a file beside key and body: two lengths, timestamp, value header. */
export const FRAME_BYTES = 33;

/** Amounts by a row number, in one array that grows: nothing is made for an entry. */
export class AmountsTable {
  #cells: Float64Array;
  /** Entries that stand together mostly go to one cell: they are summed up first. */
  #run = -1;
  #runCount = 0;
  #runBytes = 0;

  /** @param rows room at first. */
  constructor(rows = 16) {
    this.#cells = new Float64Array(rows * COLUMNS);
  }

  /** Counts an entry. @param bytes of key and body. */
  add(row: number, state: VersionState, bytes: number): void {
    const run = row * COLUMNS + FIRST_STATE + 2 * state;
    if (run !== this.#run) {
      this.#endRun();
      this.#run = run;
    }
    this.#runCount++;
    this.#runBytes += bytes;
  }

  #endRun(): void {
    if (this.#runCount === 0) return;
    this.#cellOf(Math.floor(this.#run / COLUMNS));
    this.#cells[this.#run]! += this.#runCount;
    this.#cells[this.#run + 1]! += this.#runBytes;
    this.#run = -1;
    this.#runCount = this.#runBytes = 0;
  }

  addUnit(row: number): void {
    this.#cells[this.#cellOf(row) + UNITS]!++;
  }

  /** Adds what another row has. */
  addRow(row: number, other: number): void {
    this.#endRun();
    const to = this.#cellOf(row);
    const from = this.#cellOf(other);
    const cells = this.#cells;
    for (let i = 0; i < COLUMNS; i++) cells[to + i]! += cells[from + i]!;
  }

  /** Sets a row to nothing. */
  clear(row: number): void {
    this.#endRun();
    const at = this.#cellOf(row);
    this.#cells.fill(0, at, at + COLUMNS);
  }

  /** What its entries take in a file. */
  fileBytes(row: number): number {
    this.#endRun();
    const at = this.#cellOf(row);
    let sum = 0;
    for (let i = FIRST_STATE; i < COLUMNS; i += 2) sum += this.#cells[at + i]! * FRAME_BYTES + this.#cells[at + i + 1]!;
    return sum;
  }

  amounts(row: number): Amounts {
    this.#endRun();
    const at = this.#cellOf(row);
    const cells = this.#cells;
    const count = (state: VersionState) => cells[at + FIRST_STATE + 2 * state]!;
    const bytes = (state: VersionState) => cells[at + FIRST_STATE + 2 * state + 1]!;
    return {
      units: cells[at + UNITS]!,
      rows: count(LIVE),
      liveBytes: bytes(LIVE),
      oldVersions: count(COVERED),
      oldBytes: bytes(COVERED),
      tombstones: count(DELETED),
      tombstoneBytes: bytes(DELETED),
      expired: count(EXPIRED),
      expiredBytes: bytes(EXPIRED),
      encrypted: count(ENCRYPTED),
      encryptedBytes: bytes(ENCRYPTED),
      damaged: count(DAMAGED),
      damagedBytes: bytes(DAMAGED),
    };
  }

  #cellOf(row: number): number {
    const at = row * COLUMNS;
    if (at >= this.#cells.length) {
      const wider = new Float64Array(Math.max(at + COLUMNS, this.#cells.length * 2));
      wider.set(this.#cells);
      this.#cells = wider;
    }
    return at;
  }
}
