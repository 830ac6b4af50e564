import type { GroupMembers } from '@ekv/manifest';
import type { RouteRange } from '@ekv/routing';
import { snapshotIndexOf } from '../node-folder/snapshot-index.ts';
import type { GroupSource, KnownGroups } from './known-groups.ts';
import { takenAtMs } from './taken-apart.ts';

/** What the manifest of a tree says of the groups that it comes from; docs/format/02-dump-tree.md, section 3.7. */
export function groupMembers(
  inputs: readonly GroupSource[],
  { groups, ranges, catalog }: KnownGroups,
  asOf: bigint | undefined,
  strays: number,
): GroupMembers {
  return {
    // Of one snapshot the manifest has all of it elsewhere.
    ...(inputs.length > 1 && { groups: inputs.map((input, i) => snapshotMember(input, groups[i])) }),
    ...(asOf !== undefined && { as_of_ts: asOf }),
    ...(ranges && { routes: { ...(catalog && { version: catalog.version }), ranges: ranges.map(rangeMember) } }),
    ...(ranges && { strays: BigInt(strays) }),
  };
}

function snapshotMember({ path, source: { summary } }: GroupSource, group: bigint | undefined) {
  const index = snapshotIndexOf(path);
  const takenAt = takenAtMs(summary);
  return {
    ...(group !== undefined && { group }),
    fsm_path: path,
    ...(index !== 0n && { snapshot_index: index }),
    last_commit_ts: summary.lastCommitTs,
    ...(takenAt !== undefined && { taken_at_ms: BigInt(takenAt) }),
    ...(summary.minRetainedTs !== undefined && { min_retained_ts: summary.minRetainedTs }),
  };
}

function rangeMember({ start, end, group }: RouteRange) {
  return { start: base64(start), ...(end && { end: base64(end) }), group };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
