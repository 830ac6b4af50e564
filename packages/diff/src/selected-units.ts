import { type Adapter, RowOwner } from '@ekv/adapter';
import { KnownScopes, type Selection, tellOfUnmatched } from '@ekv/core';
import type { RowSource, Warn } from '@ekv/snapshot';
import { comparedFamilies } from './rows/differing-owners.ts';

/** Inputs of which a selection is compared. */
interface Selected {
  readonly selection: Selection;
  readonly adapters: readonly Adapter[];
  readonly sources: readonly RowSource[];
  /** For people. */
  readonly place: string;
}

/**
 * Warns where no difference was found since nothing is there that was asked for: whoever mistypes a name must not take that for the same.
 * Looks through keys until something is.
 */
export function warnOfNothingSelected({ selection, adapters, sources, place }: Selected, warn: Warn): void {
  const known = new KnownScopes();
  const found = new RowOwner();
  for (const source of sources)
    for (const adapter of adapters)
      for (const family of comparedFamilies(adapter))
        for (const row = source.rows(family, { bodies: 'passed over' }); row.next(); ) {
          if (!adapter.owners.find(found, row.bytes, row.keyStart, row.keyEnd)) continue;
          known.add(found);
          if (selection.takes(found.owner())) return;
        }
  tellOfUnmatched(selection, { hasUnits: true, known, place }, warn);
}
