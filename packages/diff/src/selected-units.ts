import type { Adapter } from '@ekv/adapter';
import { ChosenOwners, KnownScopes, type Selection, tellOfUnmatched } from '@ekv/core';
import type { RowSource, Warn } from '@ekv/snapshot';
import { comparedFamilies } from './rows/differing-owners.ts';

/** Inputs of which a selection was compared. */
interface Selected {
  readonly selection: Selection;
  readonly adapters: readonly Adapter[];
  readonly sources: readonly RowSource[];
  /** For people. */
  readonly place: string;
}

/**
 * Throws UsageError where nothing on either side was asked for, and warns of patterns and scopes that have had no part in what was: whoever
 * mistypes a name must not take that for the same. To be called after the last change; looks through keys until each pattern has had one.
 */
export function tellOfUnselected({ selection, adapters, sources, place }: Selected, warn: Warn): void {
  if (selection.takesAll || selection.isMatched) return;
  const known = new KnownScopes();
  for (const source of sources) {
    const chosen = new ChosenOwners(selection);
    for (const family of adapters.flatMap(comparedFamilies))
      for (const row = source.rows(family, { bodies: 'passed over' }); row.next(); ) {
        chosen.fateOf(row.bytes, row.keyStart, row.keyEnd);
        if (selection.isMatched) return;
        if (chosen.owner !== undefined) known.add(chosen.owner);
      }
  }
  tellOfUnmatched(selection, { hasUnits: selection.hasTaken, known, place }, warn);
}
