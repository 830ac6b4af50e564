import type { Owner } from '@ekv/adapter';
import type { OpenedRows } from '@ekv/core';
import type { Unit } from '../units/unit.ts';
import { unitsOf } from '../units/units.ts';
import type { Wanted } from '../wanted.ts';
import type { FindRequest, FindRun } from './find-request.ts';
import { openFound } from './open-found.ts';

/** Rows that are open, with the units that were looked for. */
export interface FoundUnits {
  readonly rows: OpenedRows;
  /** One in memory at a time; to be walked over once. Throws SnapshotFormatError for a row that is damaged. */
  readonly units: Iterable<Unit>;
  /** Lets go of all. May be called twice. */
  close(): void;
}

/**
 * Finds units in a snapshot or a dump. Of a large snapshot only the rows in which they are are read; a file is not checked as a whole then, so
 * what is damaged elsewhere stays unnoticed, and no checksum is compared.
 *
 * @throws UsageError, EnvironmentError, DataError.
 */
export function findUnits(request: FindRequest, wanted: Wanted, run: FindRun): FoundUnits {
  const opened = [openFound(request, wanted.within, run)];
  const rows = opened[0]!;
  const units = function* (): Generator<Unit, void, undefined> {
    let count = 0;
    for (const unit of unitsIn(rows, wanted, run)) {
      count++;
      yield unit;
    }
    const queues = queuesOf(wanted.within);
    if (count > 0 || !rows.isNarrowed || queues.length === 0) return;
    const quiet = { ...run.options, warn: () => {} };
    opened.push(openFound(request, queues, { ...run, options: quiet }));
    yield* unitsIn(opened[1]!, { ...wanted, within: queues }, run);
  };
  return {
    rows,
    units: units(),
    close: () => {
      for (const one of opened) one.close();
    },
  };
}

function unitsIn(rows: OpenedRows, wanted: Wanted, { options, scratch }: FindRun): Iterable<Unit> {
  const snapshot = { rowsOf: (families: readonly string[]) => rows.source.withFamilies(families) };
  return unitsOf({ snapshot, scratch, warn: options.warn }, rows.adapters, wanted);
}

/** Of a message the id in its value counts, which the key of its row need not have; then all of the queue must be looked through. */
function queuesOf(within: readonly Owner[]): Owner[] {
  const messages = within.filter(({ adapter, key }) => adapter === 'sqs' && key !== undefined);
  return messages.map(({ adapter, scope }) => ({ adapter, scope }));
}
