import { UsageError } from '@ekv/snapshot';
import { lookThrough } from '@ekv/snapshot/publish';
import { limitsOf } from '../members/archive-limits.ts';
import type { ArchiveRun } from '../run/archive-run.ts';
import { verifyArchive } from './verify-archive.ts';
import type { VerifyRequest, VerifyResult } from './verify-request.ts';
import { verifyTree } from './verify-tree.ts';

/**
 * Reads a dump, a folder or an archive, compares its files with CHECKSUMS, and writes nothing but spilled data.
 * docs/format/07-restore.md, section 7.1.
 *
 * Throws UsageError for what is no dump, EnvironmentError for what the machine does not let be read. What is wrong with a dump stands in the
 * result.
 */
export function verifyDump(request: VerifyRequest, options: ArchiveRun = {}): VerifyResult {
  const { input } = request;
  if (input === '') throw new UsageError('name the tree or archive to verify');
  limitsOf(request);
  const isFolder = input !== '-' && lookThrough(input)?.isDirectory();
  return isFolder ? verifyTree(request, options) : verifyArchive(request, options);
}
