import type { LostCounts } from '@ekv/manifest';
import type { SnapshotSummary, Warn } from '@ekv/snapshot';
import type { DecodeResult } from './decode-request.ts';
import type { ToldDigest } from './told-digest.ts';

/**
 * What the sidecar of a snapshot says is missing from it: it was encoded from a dump that goes back to a damaged snapshot. Warns of
 * it. A sidecar of another file says nothing of this one. docs/format/02-dump-tree.md, section 3.7.
 *
 * @param name for messages.
 */
export function lostBefore(
  { sha256 }: SnapshotSummary,
  told: ToldDigest | undefined,
  name: string,
  warn: Warn,
): LostCounts | undefined {
  const lost = told?.info?.ekv?.partial;
  if (told === undefined || lost === undefined || told.sha256 !== sha256) return undefined;
  warn({
    event: 'incomplete_source',
    message: `${name} was encoded from a dump that was salvaged from a damaged snapshot, as ${told.by} says: what was lost then is in no file of it; look for another snapshot first`,
    fields: lost,
    loss: true,
  });
  return lost;
}

/** What a tree lacks: what was lost before its snapshot was made, and what this decode left out. */
export function lostTogether(
  before: LostCounts | undefined,
  now: LostCounts | DecodeResult['partial'],
): LostCounts | undefined {
  if (before === undefined && now === undefined) return undefined;
  const together: LostCounts = { ...before };
  for (const [kind, count] of Object.entries(now ?? {})) together[kind] = (together[kind] ?? 0n) + BigInt(count);
  return together;
}
