import type { Adapter, DynamodbJsonl, Guard, GuardFields } from '@ekv/adapter';
import type { AdapterName } from '@ekv/manifest';
import { DataError, type Warn } from '@ekv/snapshot';
import { selectedAdapters } from './adapters.ts';

/** A tree that was made with something encode cannot restore. */
export class GuardError extends DataError {
  static override readonly brand: string = 'GuardError';

  /** Field of the manifest. */
  readonly field: string;

  constructor(message: string, field: string) {
    super(message);
    this.field = field;
  }
}

/**
 * Refuses trees that hold what encode cannot restore; docs/format/08-cli.md, section 3.5. What cannot be passed over is
 * reported first.
 *
 * @param dropUnsupported turns the guards of what can be passed over into warnings. Throws GuardError.
 */
export function checkGuards(
  fields: GuardFields,
  adapters: readonly AdapterName[],
  dropUnsupported: boolean,
  warn: Warn,
): void {
  const set = selectedAdapters(adapters).flatMap((adapter) =>
    adapter.guards.filter((guard) => guard.isSet(fields)).map((guard) => ({ adapter, guard })),
  );
  for (const { adapter, guard } of set) if (!guard.canBeDropped) throw refused(adapter, guard);
  for (const { adapter, guard } of set) {
    if (!dropUnsupported) throw refused(adapter, guard);
    const { field, says, lost } = guard;
    warn({
      event: 'dropped_unsupported',
      message: `the manifest says ${says}: ${lost}`,
      fields: { field, adapter: adapter.name },
    });
  }
}

/** How the tables of a tree are divided into files; `undefined` when each item has its own, whatever else a manifest says. */
export function jsonlOf({ dynamodb_layout, dynamodb_jsonl }: GuardFields): DynamodbJsonl | undefined {
  return dynamodb_layout === 'jsonl' ? dynamodb_jsonl : undefined;
}

function refused({ name }: Adapter, { field, says, lost, canBeDropped }: Guard): GuardError {
  return new GuardError(
    canBeDropped
      ? `the manifest says ${says}: ${lost}; go on without them with --drop-unsupported, or leave ${name} out with --adapter`
      : `the manifest says ${says}: ${lost}, or leave ${name} out with --adapter`,
    field,
  );
}
