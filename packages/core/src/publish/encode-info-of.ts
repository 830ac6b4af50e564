import { encodeInfoBytes, extensionOf, type Manifest, type SnapshotPart, wallTimeIso } from '@ekv/manifest';
import type { EncodeRequest } from '../encode/encode-request.ts';
import { filtersOfSnapshot } from '../encode/partial-snapshot.ts';
import type { TestedSnapshot } from '../encode/tested-snapshot.ts';
import { enabledAdapters } from '../run/adapter-list.ts';
import type { PublishRequest } from './publish-request.ts';

/**
 * Content of the sidecar of a snapshot; docs/format/08-cli.md, section 5.
 *
 * @param part which part of the tree it has, when it is one of several.
 * @param atMs time of the run: the same for all snapshots of one run, so that those of two can be told apart.
 */
export function encodeInfoOf(
  request: PublishRequest,
  encode: EncodeRequest,
  { cluster_id, ekv }: Manifest,
  { sha256, mismatch }: Pick<TestedSnapshot, 'sha256' | 'mismatch'>,
  part?: SnapshotPart,
  atMs: number = Date.now(),
): Buffer {
  const ran = request.selfTest ?? false;
  return encodeInfoBytes({
    format_version: 1,
    encoder_version: request.toolVersion,
    encoder_key_format_version: 1,
    wall_time_iso: wallTimeIso(BigInt(atMs) * 1_000_000n),
    input_root: request.input,
    output_fsm_path: request.output,
    output_fsm_sha256: sha256,
    last_commit_ts: encode.lastCommitTs,
    last_commit_ts_overridden: request.lastCommitTs !== undefined,
    manifest_last_commit_ts: encode.manifestLastCommitTs ?? 0n,
    manifest_cluster_id: cluster_id,
    adapters_enabled: enabledAdapters(request.adapters),
    self_test: { ran, matched: ran && mismatch === undefined },
    ...extensionOf({ partial: ekv?.partial, filter: filtersOfSnapshot(encode, encode.filters), part }),
  });
}
