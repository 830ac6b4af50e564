import {
  type CheckedSnapshot,
  ExternalSorter,
  MAIN_SORT_BYTES,
  type ScratchFolder,
  SIDE_SORT_BYTES,
  type SortedRows,
  type StrayJudge,
  UnionVersions,
  type Warn,
} from '@ekv/snapshot';
import type { StrayCheck } from './stray-check.ts';

/** Kinds of records, in the order in which they come for one key. */
const OWN = 0;
const STRAY = 1;
const LENGTH_BYTES = 4;
const VERSION_BYTES = 8;

/**
 * Takes strays of whose key the group that serves it has no version, and leaves out all others. Goes over all keys once more, and
 * sorts them, as versions of other keys stand between those of one. For one walk in order. docs/format/09-groups.md, section 3.2.
 */
export class KeptStrays implements StrayJudge {
  readonly #check: StrayCheck;
  /** Encoded keys of the strays that are taken, and of which input each is. */
  readonly #sorter: ExternalSorter;
  readonly #kept: SortedRows;
  #hasKept: boolean;
  #count = 0;

  /** Throws EnvironmentError. */
  constructor(inputs: readonly CheckedSnapshot[], check: StrayCheck, scratch: ScratchFolder) {
    this.#check = check;
    this.#sorter = new ExternalSorter({ scratch, arenaBytes: SIDE_SORT_BYTES });
    try {
      addKept(inputs, check, scratch, this.#sorter);
      this.#kept = this.#sorter.sorted();
      this.#hasKept = this.#kept.next();
    } catch (error) {
      this.#sorter.close();
      throw error;
    }
  }

  isStray(input: number, bytes: Buffer, start: number, end: number): boolean {
    return this.#check.isStray(input, bytes, start, end) && !this.#isKept(input, bytes, start, end + VERSION_BYTES);
  }

  leftOut(input: number, bytes: Buffer, start: number, end: number): void {
    this.#check.leftOut(input, bytes, start, end);
  }

  report(warn: Warn): void {
    this.#check.report(warn);
    if (this.#count === 0) return;
    warn({
      event: 'strays_kept',
      message:
        'rows lie in another group than the one that serves their keys, which has none of them: they are in the dump, though no client of the cluster sees them',
      fields: { versions: this.#count },
    });
  }

  close(): void {
    this.#sorter.close();
  }

  #isKept(input: number, bytes: Buffer, start: number, end: number): boolean {
    const kept = this.#kept;
    while (this.#hasKept) {
      const order = bytes.compare(kept.bytes, kept.keyStart, kept.keyEnd, start, end);
      if (order < 0) return false;
      const keptInput = kept.bytes.readUInt32BE(kept.payloadStart);
      if (order === 0 && keptInput > input) return false;
      this.#hasKept = kept.next();
      if (order > 0 || keptInput < input) continue;
      this.#count++;
      return true;
    }
    return false;
  }
}

function addKept(
  inputs: readonly CheckedSnapshot[],
  check: StrayCheck,
  scratch: ScratchFolder,
  kept: ExternalSorter,
): void {
  const all = new ExternalSorter({ scratch, arenaBytes: MAIN_SORT_BYTES });
  try {
    addVersions(inputs, check, all);
    const rows = all.sorted();
    let served = Buffer.alloc(0);
    while (rows.next()) {
      const { bytes, keyStart, keyEnd, payloadStart, payloadEnd } = rows;
      const key = bytes.subarray(keyStart, keyEnd - 1);
      if (bytes[keyEnd - 1] === OWN) served = Buffer.from(key);
      else if (!key.equals(served)) {
        const version = bytes.subarray(payloadStart, payloadStart + VERSION_BYTES);
        kept.add(
          Buffer.concat([key.subarray(LENGTH_BYTES), version]),
          bytes.subarray(payloadStart + VERSION_BYTES, payloadEnd),
        );
      }
    }
  } finally {
    all.close();
  }
}

/** Key of a record: length of the stored key, that key, the kind. Payload of a stray: inverted version, input. */
function addVersions(inputs: readonly CheckedSnapshot[], check: StrayCheck, sorter: ExternalSorter): void {
  const rows = new UnionVersions(inputs, { family: '', bodies: 'passed over' });
  const length = Buffer.alloc(LENGTH_BYTES);
  const input = Buffer.alloc(4);
  const nothing = Buffer.alloc(0);
  while (rows.next()) {
    const { bytes, keyStart, keyEnd } = rows;
    const isStray = check.isStray(rows.input, bytes, keyStart, keyEnd);
    length.writeUInt32BE(keyEnd - keyStart);
    const key = Buffer.concat([length, bytes.subarray(keyStart, keyEnd), Buffer.of(isStray ? STRAY : OWN)]);
    if (!isStray) {
      sorter.add(key, nothing);
      continue;
    }
    input.writeUInt32BE(rows.input);
    sorter.add(key, bytes.subarray(keyEnd, keyEnd + VERSION_BYTES), input);
  }
}
