import type { SnapshotSummary, Warn } from '@ekv/snapshot';
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
  if (told === undefined || told.sha256 === summary.sha256) return;
  warn({
    event: 'digest_differs',
    message: `${name} has the SHA-256 ${summary.sha256}, ${told.by} tells ${told.sha256}: it is not the file that was written, so it may have been cut or changed; copy it again`,
    fields: { sha256: summary.sha256!, told: told.sha256 },
    doubt: true,
  });
}

/** Only a node, and who copies its files, puts a wrapper around a payload. */
function isCut({ wrapperVersion, footer, endsInMetaRows }: SnapshotSummary): boolean {
  return wrapperVersion !== 0 && footer === 'none' && !endsInMetaRows;
}
