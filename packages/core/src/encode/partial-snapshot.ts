import type { AdapterName } from '@ekv/manifest';
import type { Warn } from '@ekv/snapshot';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';

/**
 * Tells that a snapshot holds a selection of adapters: whoever restores it to mend one of them loses the others. `--strict` does not
 * refuse it, since it was asked for. docs/format/08-cli.md, section 3.2.
 */
export function warnOfPartialSnapshot(adapters: readonly AdapterName[], warn: Warn): void {
  const [held, missing] = [true, false].map((isHeld) =>
    ADAPTER_NAMES.filter((name) => adapters.includes(name) === isHeld).join(', '),
  );
  if (missing === '') return;
  warn({
    event: 'partial_snapshot',
    message: `the snapshot holds ${held} only; restoring it replaces the whole state: the data of ${missing} on the target is gone`,
    fields: { adapters: held!.replaceAll(' ', ''), missing: missing!.replaceAll(' ', '') },
  });
}
