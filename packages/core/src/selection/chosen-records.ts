import { ExternalSorter, type ScratchFolder, SMALL_SORT_BYTES, type SnapshotRow, type Warn } from '@ekv/snapshot';
import { ChosenOwners, type RowFate } from './chosen-owners.ts';
import { HeldScopes } from './held-scopes.ts';
import { KnownScopes } from './known-scopes.ts';
import type { Selection } from './selection.ts';
import { tellOfUnmatched } from './unmatched.ts';

/** See {@link ChosenRecords}. */
export function chosenRecords(selection: Selection, scratch: ScratchFolder): ChosenRecords {
  return new ChosenRecords(selection, scratch);
}

/** The rows that a selection takes of those that adapters encode. */
export class ChosenRecords {
  readonly #selection: Selection;
  readonly #scratch: ScratchFolder;
  readonly #known = new KnownScopes();
  #hasUnits = false;

  constructor(selection: Selection, scratch: ScratchFolder) {
    this.#selection = selection;
    this.#scratch = scratch;
  }

  /** Those of one adapter. What it knows of a scope comes last, for the units in it decide whether it stays. */
  *of(rows: Iterable<SnapshotRow>): Generator<SnapshotRow> {
    const chosen = new ChosenOwners(this.#selection);
    const held = new HeldScopes(this.#selection);
    const ofScopes = new ExternalSorter({ scratch: this.#scratch, arenaBytes: SMALL_SORT_BYTES });
    for (const row of rows) {
      const fate = fateOf(chosen, row);
      if (chosen.owner !== undefined) this.#known.add(chosen.owner);
      if (fate === 'unit') {
        held.add(chosen.owner!);
        this.#hasUnits = true;
      }
      if (fate === 'scope') ofScopes.add(row.key, row.value as Uint8Array);
      else if (fate !== 'left out') yield row;
    }
    const sorted = ofScopes.sorted();
    try {
      while (sorted.next()) {
        const { bytes, keyStart, keyEnd, payloadStart, payloadEnd } = sorted;
        chosen.fateOf(bytes, keyStart, keyEnd);
        if (!held.has(chosen.owner!)) continue;
        this.#hasUnits = true;
        yield { key: bytes.subarray(keyStart, keyEnd), value: bytes.subarray(payloadStart, payloadEnd) };
      }
    } finally {
      sorted.close();
    }
  }

  /** Throws UsageError when nothing was taken. To be called after the last adapter. @param place name of the tree for people. */
  finish(place: string, warn: Warn): void {
    tellOfUnmatched(this.#selection, { hasUnits: this.#hasUnits, known: this.#known, place }, warn);
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
