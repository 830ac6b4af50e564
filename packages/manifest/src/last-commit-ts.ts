import type { Manifest } from './manifest-schema.ts';

/**
 * The timestamp of the data of a tree; 0 when the manifest has none. In phase 1 it is `live.read_ts` unless
 * `last_commit_ts` is there. docs/format/02-dump-tree.md, section 3.6.
 */
export function lastCommitTs(manifest: Manifest): bigint {
  return manifest.last_commit_ts || (manifest.live?.read_ts ?? 0n);
}
