import type { Owner } from '@ekv/adapter';
import type { OpenedRows } from '@ekv/core';
import { DataError } from '@ekv/snapshot';
import type { Unit } from '../units/unit.ts';
import { unitsOf } from '../units/units.ts';
import { type Wanted, wantedOwners } from '../wanted.ts';
import type { FindRequest, FindRun } from './find-request.ts';
import { openFound } from './open-found.ts';

/** Rows that are open, with the units that were looked for. */
export interface FoundUnits {
  /** Those that are open now. */
  readonly rows: OpenedRows;
  /** One in memory at a time; to be walked over once. Throws SnapshotFormatError for a row that is damaged. */
  readonly units: Iterable<Unit>;
  /** Lets go of all. May be called twice. */
  close(): void;
}

/**
 * Finds units in a snapshot or a dump. Of a large snapshot only the rows in which they are are read, of a dump their files; neither is checked as a
 * whole then, so what is damaged elsewhere stays unnoticed, and no checksum is compared.
 *
 * @throws UsageError, EnvironmentError, DataError.
 */
export function findUnits(request: FindRequest, wanted: Wanted, run: FindRun): FoundUnits {
  const opened = [firstLook(request, wanted, run)];
  const units = function* (): Generator<Unit, void, undefined> {
    const rows = opened[0]!;
    const seen = new Set<Owner>();
    for (const unit of unitsIn(rows, wanted, run)) {
      for (const owner of wanted.within)
        if (!seen.has(owner) && wantedOwners([owner]).takes(unit.owner)) seen.add(owner);
      yield unit;
    }
    const missed = missedBy(
      rows,
      wanted.within.filter((owner) => !seen.has(owner)),
    );
    if (missed.length === 0) return;
    const again = openFound(request, missed, { ...run, options: { ...run.options, warn: () => {} } });
    opened.unshift(again);
    const takes = (unit: Owner) => wanted.takes(unit) && ![...seen].some((owner) => wantedOwners([owner]).takes(unit));
    yield* unitsIn(again, { within: missed, takes }, run);
  };
  return {
    get rows() {
      return opened[0]!;
    },
    units: units(),
    close: () => {
      for (const one of opened) one.close();
    },
  };
}

/** A dump is read by the names of its files first, as far as single units are asked for; what is wrong with it is said of all of it. */
function firstLook(request: FindRequest, { within }: Wanted, run: FindRun): OpenedRows {
  if (within.length > 0 && within.every(({ scope, key }) => scope !== undefined || key !== undefined)) {
    try {
      // What is beside them in the tree would be told as left over.
      return openFound(request, within, { ...run, options: { ...run.options, warn: () => {} } }, 'by names');
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
    }
  }
  return openFound(request, within, run);
}

function unitsIn(rows: OpenedRows, wanted: Wanted, { options, scratch }: FindRun): Iterable<Unit> {
  const snapshot = { rowsOf: (families: readonly string[]) => rows.source.withFamilies(families) };
  return unitsOf({ snapshot, scratch, warn: options.warn }, rows.adapters, wanted);
}

/** Where to look again for what was not found, because only a part was read. */
function missedBy({ kind, isNarrowed }: OpenedRows, absent: readonly Owner[]): Owner[] {
  if (!isNarrowed) return [];
  // A file may have another name than decode gives.
  if (kind === 'dump' || kind === 'archive') return [...absent];
  // Of a message the id in its value counts, which the key of its row need not have.
  const messages = absent.filter(({ adapter, key }) => adapter === 'sqs' && key !== undefined);
  return messages.map(({ adapter, scope }) => ({ adapter, scope }));
}
