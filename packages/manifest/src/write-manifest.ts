import { MANIFEST_NAME } from '@ekv/dump-tree';
import { filterInFileOrder, indentedJson, type JsonDocument } from '@ekv/snapshot/publish';
import type { GroupMembers } from './extension.ts';
import { MANIFEST_VERSION } from './format-versions.ts';
import { ManifestError } from './manifest-error.ts';
import type { Manifest } from './manifest-schema.ts';
import { readManifest } from './read-manifest.ts';

/**
 * The bytes of MANIFEST.json: fields in the order of docs/format/02-dump-tree.md, section 3.1, layout of section 2.1.
 * Empty `elastickv_version` and `cluster_id`, `snapshot_index` 0, `last_commit_ts` 0 and `rename_s3_collisions` false are
 * left out.
 *
 * Throws {@link ManifestError} for a manifest that {@link readManifest} would refuse.
 */
export function manifestBytes(manifest: Manifest): Buffer {
  if (manifest.format_version !== MANIFEST_VERSION) {
    throw new ManifestError(
      `${MANIFEST_NAME}: format_version is ${String(manifest.format_version)}, but only ${MANIFEST_VERSION} can be written`,
      'format_version',
    );
  }
  const bytes = indentedJson(inFileOrder(manifest), 'plain');
  readManifest(bytes, MANIFEST_NAME);
  return bytes;
}

function inFileOrder(manifest: Manifest): JsonDocument {
  const { source, live, adapters, exclusions } = manifest;
  return {
    format_version: manifest.format_version,
    phase: manifest.phase,
    elastickv_version: manifest.elastickv_version || undefined,
    cluster_id: manifest.cluster_id || undefined,
    snapshot_index: manifest.snapshot_index || undefined,
    last_commit_ts: manifest.last_commit_ts || undefined,
    wall_time_iso: manifest.wall_time_iso,
    source: source && { fsm_path: source.fsm_path, fsm_crc32c: source.fsm_crc32c },
    live: live && { read_ts: live.read_ts, pin_token_sha256: live.pin_token_sha256 },
    adapters: adapters && {
      dynamodb: scopeInFileOrder(adapters.dynamodb),
      s3: scopeInFileOrder(adapters.s3),
      redis: scopeInFileOrder(adapters.redis),
      sqs: scopeInFileOrder(adapters.sqs),
    },
    exclusions: exclusions && {
      include_incomplete_uploads: exclusions.include_incomplete_uploads,
      include_orphans: exclusions.include_orphans,
      preserve_sqs_visibility: exclusions.preserve_sqs_visibility,
      include_sqs_side_records: exclusions.include_sqs_side_records,
      rename_s3_collisions: exclusions.rename_s3_collisions || undefined,
    },
    checksum_algorithm: manifest.checksum_algorithm,
    checksum_format: manifest.checksum_format,
    encoded_filename_charset: manifest.encoded_filename_charset,
    key_segment_max_bytes: manifest.key_segment_max_bytes,
    s3_meta_suffix: manifest.s3_meta_suffix,
    s3_collision_strategy: manifest.s3_collision_strategy,
    dynamodb_layout: manifest.dynamodb_layout,
    ekv: manifest.ekv && {
      version: manifest.ekv.version,
      partial: manifest.ekv.partial,
      filter: manifest.ekv.filter?.map(filterInFileOrder),
      dynamodb_jsonl: manifest.ekv.dynamodb_jsonl,
      whole_state: manifest.ekv.whole_state || undefined,
      ...groupsInFileOrder(manifest.ekv),
    },
  };
}

function scopeInFileOrder(scope: Manifest['adapters']['redis']): JsonDocument | undefined {
  return scope && { tables: scope.tables, buckets: scope.buckets, databases: scope.databases, queues: scope.queues };
}

function groupsInFileOrder({ groups, as_of_ts, routes, transactions, strays }: GroupMembers): JsonDocument {
  return {
    groups: groups?.map((one) => ({
      group: one.group,
      fsm_path: one.fsm_path,
      snapshot_index: one.snapshot_index,
      last_commit_ts: one.last_commit_ts,
      taken_at_ms: one.taken_at_ms,
      min_retained_ts: one.min_retained_ts,
    })),
    as_of_ts,
    routes: routes && {
      version: routes.version,
      ranges: routes.ranges.map(({ start, end, group }) => ({ start, end, group })),
    },
    transactions: transactions && {
      committed: transactions.committed,
      rolled_back: transactions.rolled_back,
      undecided: transactions.undecided,
      torn: transactions.torn,
      maybe_torn: transactions.maybe_torn,
      lost_by_node: transactions.lost_by_node,
    },
    strays,
  };
}
