import { type ExtensionMembers, extensionOf } from './extension.ts';
import { MANIFEST_VERSION } from './format-versions.ts';
import type { AdapterName, DynamodbLayout, Exclusions, Manifest } from './manifest-schema.ts';
import { PHASE_SNAPSHOT } from './phase.ts';

/** What a decode knows about the tree it made. */
export interface DecodedTree extends ExtensionMembers {
  /** Version of the tool that made the tree. */
  readonly elastickvVersion: string;
  readonly clusterId?: string | undefined;
  /** From the name of the snapshot; 0 when the name has none, and for several. */
  readonly snapshotIndex?: bigint | undefined;
  /** From the header of the snapshot. */
  readonly lastCommitTs: bigint;
  /** As {@link wallTimeIso} gives it. */
  readonly wallTimeIso: string;
  /** The `--input` text as given; `undefined` for several. */
  readonly fsmPath: string | undefined;
  /** The selected adapters, also those without data; order and repeats do not matter. */
  readonly adapters: Iterable<AdapterName>;
  readonly exclusions: Exclusions;
  /** Default: `per-item`. */
  readonly dynamodbLayout?: DynamodbLayout | undefined;
}

/** The manifest of a decoded snapshot, with the constants of docs/format/02-dump-tree.md, section 3.1. */
export function newManifest(tree: DecodedTree): Manifest {
  const adapters: Manifest['adapters'] = {};
  for (const name of tree.adapters) adapters[name] = {};
  return {
    format_version: MANIFEST_VERSION,
    phase: PHASE_SNAPSHOT,
    elastickv_version: tree.elastickvVersion,
    cluster_id: tree.clusterId ?? '',
    snapshot_index: tree.snapshotIndex ?? 0n,
    last_commit_ts: tree.lastCommitTs,
    wall_time_iso: tree.wallTimeIso,
    ...(tree.fsmPath === undefined ? {} : { source: { fsm_path: tree.fsmPath } }),
    adapters,
    exclusions: { ...tree.exclusions },
    checksum_algorithm: 'sha256',
    checksum_format: 'sha256sum',
    encoded_filename_charset: 'rfc3986-unreserved-plus-percent',
    key_segment_max_bytes: 240,
    s3_meta_suffix: '.elastickv-meta.json',
    s3_collision_strategy: 'leaf-data-suffix',
    dynamodb_layout: tree.dynamodbLayout ?? 'per-item',
    ...extensionOf(tree),
  };
}

/** What is known of a tree that was made by hand. */
export type HandMadeTree = Pick<DecodedTree, 'elastickvVersion' | 'lastCommitTs' | 'wallTimeIso' | 'adapters'>;

/** The smallest manifest of a tree that no decode has made: it has no source. */
export function smallestManifest(tree: HandMadeTree): Manifest {
  const { source, ...manifest } = newManifest({ ...tree, fsmPath: '', exclusions: NOTHING_LEFT_OUT });
  return manifest;
}

const NOTHING_LEFT_OUT: Exclusions = {
  include_incomplete_uploads: false,
  include_orphans: false,
  preserve_sqs_visibility: false,
  include_sqs_side_records: false,
};
