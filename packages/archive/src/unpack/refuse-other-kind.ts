import { DataError, UsageError } from '@ekv/snapshot';
import type { OpenArchive } from '../compression/open-archive.ts';
import type { Compression } from '../pack/pack-request.ts';

/**
 * Refuses an archive whose first bytes say another thing than the operator did. Throws UsageError; DataError when it should be zstd and is
 * nothing that is known, as it is damaged then. docs/format/07-restore.md, section 7.3.
 */
export function refuseOtherKind({ kind, name }: OpenArchive, compression: Compression | undefined): void {
  if (compression === undefined || kind === (compression === 'zstd' ? 'tar.zst' : 'tar')) return;
  if (kind === 'tar')
    throw new DataError(
      `${name} does not begin as zstd does, though compression zstd was asked for; leave that out to have it told by the first bytes`,
    );
  throw new UsageError(
    `${name} is ${kind === 'tar.zst' ? 'zstd' : 'gzip'} by its first bytes, not compression ${compression}; leave that out`,
  );
}
