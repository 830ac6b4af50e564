import type { AdapterName } from '@ekv/adapter';
import { type GroupFile, type GroupReading, type OpenedRows, openRows, type RunOptions } from '@ekv/core';
import { ScratchFolder } from '@ekv/snapshot';
import type { Change } from './changes/change.ts';
import { compared } from './compare.ts';

/** What is compared. */
export interface DiffRequest extends GroupReading {
  /** What was: a snapshot file, a dump (a folder or an archive) or a node's folder; or the snapshot files of several groups of one cluster. */
  readonly from: readonly GroupFile[];
  /** What is. */
  readonly to: readonly GroupFile[];
  readonly adapters: readonly AdapterName[];
  /** Folder for spilled data. Default: the system's. */
  readonly scratchRoot?: string | undefined;
}

/**
 * What changed between two states: units and scopes in the order of adapters, of scopes by the bytes of their names, of units by those of
 * theirs. Nothing when they are the same. The loop may be left early.
 *
 * @throws UsageError, EnvironmentError, DataError; in the loop.
 */
export function* diffInputs(request: DiffRequest, options: RunOptions = {}): Generator<Change, void, undefined> {
  const { from, to, adapters, scratchRoot, ...reading } = request;
  const scratch = new ScratchFolder(scratchRoot || undefined);
  const sides: OpenedRows[] = [];
  try {
    for (const inputs of [from, to]) sides.push(openRows({ ...reading, inputs, adapters }, options, scratch));
    const both = adapters.filter((name) => sides.every((side) => side.adapters.includes(name)));
    const warn = options.warn ?? (() => {});
    const [a, b] = sides.map(({ source }) => ({
      rowsOf: (families: readonly string[]) => source.withFamilies(families),
    }));
    yield* compared(a!, b!, { adapters: both, scratch, scratchRoot, warn });
    for (const side of sides) side.refuseChanged();
  } finally {
    for (const side of sides) side.close();
    scratch.remove();
  }
}
