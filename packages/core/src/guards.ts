import type { AdapterName, DynamodbLayout, Exclusions } from '@ekv/manifest';
import { DataError, type Warn } from '@ekv/snapshot';

/** What a manifest says of how its tree was made, as far as encode cannot restore it. */
export interface GuardFields extends Exclusions {
  readonly dynamodb_layout: DynamodbLayout;
}

/** A tree that was made with something encode cannot restore. */
export class GuardError extends DataError {
  /** Field of the manifest. */
  readonly field: string;

  constructor(message: string, field: string) {
    super(message);
    this.field = field;
  }
}

interface Guard {
  readonly field: keyof Exclusions;
  readonly adapter: AdapterName;
  readonly lost: string;
}

/** docs/format/08-cli.md, section 3.5, rows 2 to 5. */
const GUARDS: readonly Guard[] = [
  { field: 'include_incomplete_uploads', adapter: 's3', lost: 'open uploads are not read back' },
  { field: 'include_orphans', adapter: 's3', lost: 'orphaned chunks are not read back' },
  {
    field: 'preserve_sqs_visibility',
    adapter: 'sqs',
    lost: 'visibility timeouts, receive counts and receipt handles are reset',
  },
  { field: 'include_sqs_side_records', adapter: 'sqs', lost: 'side records are not read back' },
];

/**
 * Refuses trees that hold what encode cannot restore; docs/format/08-cli.md, section 3.5.
 *
 * @param dropUnsupported turns the guards, but not that of the layout, into warnings.
 * Throws GuardError.
 */
export function checkGuards(
  fields: GuardFields,
  adapters: readonly AdapterName[],
  dropUnsupported: boolean,
  warn: Warn,
): void {
  if (fields.dynamodb_layout === 'jsonl' && adapters.includes('dynamodb')) {
    throw new GuardError(
      'the manifest says dynamodb_layout "jsonl", which encode does not read: all items would be lost; decode the snapshot again with per-item files, or leave dynamodb out with --adapter',
      'dynamodb_layout',
    );
  }
  for (const { field, adapter, lost } of GUARDS) {
    if (!fields[field] || !adapters.includes(adapter)) continue;
    if (!dropUnsupported) {
      throw new GuardError(
        `the manifest says ${field}: ${lost}; go on without them with --drop-unsupported, or leave ${adapter} out with --adapter`,
        field,
      );
    }
    warn({ event: 'dropped_unsupported', message: `the manifest says ${field}: ${lost}`, fields: { field, adapter } });
  }
}
