import type { AdapterName, Filters } from '@ekv/manifest';
import type { Warn } from '@ekv/snapshot';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';
import { filtersOf, filtersText } from '../selection/filters.ts';
import { Selection } from '../selection/selection.ts';
import type { EncodeRequest } from './encode-request.ts';

/** The selections that the data of a snapshot has been through: those of its tree, and that of the request. */
export function filtersOfSnapshot(
  { selection, manifestLastCommitTs = 0n }: Pick<EncodeRequest, 'selection' | 'manifestLastCommitTs'>,
  ofTree: Filters = [],
): Filters {
  return filtersOf(selection && new Selection(selection), ofTree, manifestLastCommitTs);
}

/**
 * Tells that a snapshot holds a selection of adapters, or of their data: whoever restores it to mend that loses all the rest. `--strict` does not
 * refuse it, since it was asked for. docs/format/08-cli.md, section 3.2; docs/format/13-selection.md, section 5.
 */
export function warnOfPartialSnapshot(adapters: readonly AdapterName[], filters: Filters, warn: Warn): void {
  const [held, missing] = [true, false].map((isHeld) =>
    ADAPTER_NAMES.filter((name) => adapters.includes(name) === isHeld).join(', '),
  );
  if (missing === '' && filters.length === 0) return;
  const fields = { adapters: held!.replaceAll(' ', ''), missing: missing!.replaceAll(' ', '') };
  const chosen = filtersText(filters);
  warn({
    event: 'partial_snapshot',
    message:
      filters.length === 0
        ? `the snapshot holds ${held} only; restoring it replaces the whole state: the data of ${missing} on the target is gone`
        : `the snapshot holds of ${held} only what ${chosen} takes; restoring it replaces the whole state: all other data on the target is gone`,
    fields: filters.length === 0 ? fields : { ...fields, filter: chosen },
  });
}
