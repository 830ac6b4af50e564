import { ChecksumsVerifier, InputTree } from '@ekv/dump-tree';
import { type AdapterName, adapterInManifest, type Exclusions, type Manifest } from '@ekv/manifest';
import { EkvError, EnvironmentError, ScratchFolder } from '@ekv/snapshot';
import { openManifest } from '../files/manifest-input.ts';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';
import type { DecodeRequest } from './decode-request.ts';

/** What is known of a snapshot before it is decoded. */
export interface WantedDump {
  readonly request: DecodeRequest;
  readonly snapshotIndex: bigint;
  readonly lastCommitTs: bigint;
  /** For a scratch folder of its own. */
  readonly scratchName: string;
}

/**
 * Whether the dump that a decode is to make stands at its output already: of the same snapshot, with the same options, and as its
 * CHECKSUMS lists it. docs/format/01-snapshot.md, section 8.2.
 */
export function isDumpThere(wanted: WantedDump): boolean {
  const { output, adapters, scratchRoot } = wanted.request;
  const scratch = new ScratchFolder(scratchRoot || undefined, wanted.scratchName);
  try {
    let isOther = false;
    // Fields that this version does not know may say anything of the tree.
    const manifest = openManifest(output, () => {
      isOther = true;
    });
    if (isOther || !isSame(manifest, wanted)) return false;
    return new ChecksumsVerifier(scratch).finish(new InputTree(output), adapters)?.ok ?? false;
  } catch (error) {
    // It is no dump. What cannot be read may be one: nobody must be told to replace it.
    if (error instanceof EkvError && !(error instanceof EnvironmentError)) return false;
    throw error;
  } finally {
    scratch.remove();
  }
}

function isSame(manifest: Manifest, { request, snapshotIndex, lastCommitTs }: WantedDump): boolean {
  return (
    manifest.snapshot_index === snapshotIndex &&
    manifest.last_commit_ts === lastCommitTs &&
    manifest.ekv?.partial === undefined &&
    manifest.cluster_id === (request.clusterId ?? '') &&
    manifest.dynamodb_layout === (request.dynamodbLayout ?? 'per-item') &&
    ADAPTER_NAMES.every((name: AdapterName) => adapterInManifest(manifest, name) === request.adapters.includes(name)) &&
    EXCLUSIONS.every((name) => (manifest.exclusions[name] ?? false) === (request.exclusions[name] ?? false))
  );
}

const EXCLUSIONS: ReadonlyArray<keyof Exclusions> = [
  'include_incomplete_uploads',
  'include_orphans',
  'preserve_sqs_visibility',
  'include_sqs_side_records',
  'rename_s3_collisions',
];
