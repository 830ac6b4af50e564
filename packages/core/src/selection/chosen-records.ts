import { ExternalSorter, type ScratchFolder, SMALL_SORT_BYTES, type SnapshotRow, type Warn } from '@ekv/snapshot';
import { ChosenOwners, type RowFate } from './chosen-owners.ts';
import type { Selection } from './selection.ts';
import { TakenOwners } from './taken-owners.ts';

/** See {@link ChosenRecords}. */
export function chosenRecords(selection: Selection, scratch: ScratchFolder): ChosenRecords {
  return new ChosenRecords(selection, scratch);
}

/** The rows that a selection takes of those that adapters encode. */
export class ChosenRecords {
  readonly #selection: Selection;
  readonly #scratch: ScratchFolder;
  readonly #taken: TakenOwners;

  constructor(selection: Selection, scratch: ScratchFolder) {
    this.#selection = selection;
    this.#scratch = scratch;
    this.#taken = new TakenOwners(selection);
  }

  /** Those of one adapter. What it knows of a scope comes last, for the units in it decide whether it stays. */
  *of(rows: Iterable<SnapshotRow>): Generator<SnapshotRow> {
    const chosen = new ChosenOwners(this.#selection);
    const ofScopes = new ExternalSorter({ scratch: this.#scratch, arenaBytes: SMALL_SORT_BYTES });
    try {
      for (const row of rows) {
        const fate = fateOf(chosen, row);
        this.#taken.add(fate, chosen.owner);
        if (fate === 'scope') ofScopes.add(row.key, row.value as Uint8Array);
        else if (fate !== 'left out') yield row;
      }
      for (const sorted = ofScopes.sorted(); sorted.next(); ) {
        const { bytes, keyStart, keyEnd, payloadStart, payloadEnd } = sorted;
        chosen.fateOf(bytes, keyStart, keyEnd);
        if (!this.#taken.holds(chosen.owner!)) continue;
        yield { key: bytes.subarray(keyStart, keyEnd), value: bytes.subarray(payloadStart, payloadEnd) };
      }
    } finally {
      ofScopes.close();
    }
  }

  /** Throws UsageError when nothing was taken. To be called after the last adapter. @param place name of the tree for people. */
  finish(place: string, warn: Warn): void {
    this.#taken.finish(place, warn);
  }
}

function fateOf(chosen: ChosenOwners, { key, value }: SnapshotRow): RowFate {
  const bytes = asBuffer(key);
  // Bodies that are left in their files are of rows whose keys tell all.
  const range = value instanceof Uint8Array ? { bytes: asBuffer(value), start: 0, end: value.length } : undefined;
  return chosen.fateOf(bytes, 0, bytes.length, range);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
