/**
 * What an adapter hears of the manifest of its tree, in the manifest's own words. Declared here and not taken from `@ekv/manifest`, whose
 * checks of files an adapter does not need; `core` passes the one for the other, so the compiler keeps them the same.
 */

/** An adapter, as manifests and flags name it. */
export type AdapterName = 'redis' | 'dynamodb' | 's3' | 'sqs';

/** What a decode left out or put in. docs/format/02-dump-tree.md, section 3. */
export interface Exclusions {
  include_incomplete_uploads: boolean;
  include_orphans: boolean;
  preserve_sqs_visibility: boolean;
  include_sqs_side_records: boolean;
  rename_s3_collisions?: boolean | undefined;
}

/** How items lie in a tree: a file each, or many in a file. docs/format/02-dump-tree.md, section 3. */
export type DynamodbLayout = 'per-item' | 'jsonl';

/** The files and items of a table in the layout `jsonl`. */
export interface TableParts {
  readonly parts: bigint;
  readonly items: bigint;
}

/** A tree in the layout `jsonl`. docs/format/04-dynamodb.md, section 11. */
export interface DynamodbJsonl {
  /** Size that a part passes with a single longer line alone, bytes. */
  readonly part_bytes: bigint;
  /** By name of the table's folder. */
  readonly tables: ReadonlyMap<string, TableParts>;
}
