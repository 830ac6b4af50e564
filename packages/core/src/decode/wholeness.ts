import type { AdapterName, EncodeInfo } from '@ekv/manifest';
import type { SnapshotSummary, Warn } from '@ekv/snapshot';
import { ADAPTERS } from '../adapters/adapters.ts';
import { dataRowsOf } from './decode-counts.ts';
import type { ToldDigest } from './told-digest.ts';

/**
 * Warns of a snapshot that may not be whole: one of a node that ends as no file of a node does, or one that has another digest
 * than is told of it. docs/format/01-snapshot.md, section 3.6.
 *
 * @param name for messages.
 */
export function warnOfWholeness(
  summary: SnapshotSummary,
  told: ToldDigest | undefined,
  name: string,
  warn: Warn,
): void {
  if (isCut(summary)) {
    warn({
      event: 'cut_snapshot',
      message: `${name} is a node's file without a checksum footer and without the rows a node writes last: nothing tells that it is whole, so it may have been cut; copy it again, or take another snapshot`,
      fields: { entries: summary.entries, footer: summary.footer },
      doubt: true,
    });
  }
  if (told === undefined) return;
  if (told.sha256 === summary.sha256) return warnOfContradiction(summary, told, name, warn);
  warn({
    event: 'digest_differs',
    message: `${name} has the SHA-256 ${summary.sha256}, ${told.by} tells ${told.sha256}: it is not the file that was written, so it may have been cut or changed; copy it again`,
    fields: { sha256: summary.sha256!, told: told.sha256 },
    doubt: true,
  });
}

/** The sidecar is of this file, and yet says of it what is not so, or that it must not be used. */
function warnOfContradiction(summary: SnapshotSummary, { info, by }: ToldDigest, name: string, warn: Warn): void {
  if (info === undefined) return;
  const unlisted = unlistedAdapters(summary, info);
  const doubts = [
    ...(info.last_commit_ts === summary.lastCommitTs
      ? []
      : [`it says last_commit_ts ${info.last_commit_ts}, the snapshot has ${summary.lastCommitTs}`]),
    ...(unlisted.length === 0
      ? []
      : [
          `it says adapters_enabled ${info.adapters_enabled.join(', ')}, the snapshot has rows of ${unlisted.join(', ')}`,
        ]),
    ...(info.self_test.ran && !info.self_test.matched ? ['it says that the self-test of the snapshot failed'] : []),
  ];
  if (doubts.length === 0) return;
  warn({
    event: 'sidecar_contradicts',
    message: `${by} contradicts ${name}: ${doubts.join('; ')}; encode the tree again, or take another snapshot`,
    fields: { sidecar: by },
    doubt: true,
  });
}

/** Adapters with rows that the sidecar does not list. One that it lists may well have none; a list that is empty was not written. */
function unlistedAdapters(summary: SnapshotSummary, { adapters_enabled: listed }: EncodeInfo): AdapterName[] {
  if (listed.length === 0) return [];
  const others = ADAPTERS.filter(({ name }) => !listed.includes(name));
  return others.filter((adapter) => dataRowsOf(summary, adapter) > 0).map(({ name }) => name);
}

/** Only a node, and who copies its files, puts a wrapper around a payload. */
function isCut({ form, wrapperVersion, footer, endsInMetaRows }: SnapshotSummary): boolean {
  return form === 'entries' && wrapperVersion !== 0 && footer === 'none' && !endsInMetaRows;
}
