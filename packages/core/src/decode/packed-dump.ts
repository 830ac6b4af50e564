import { ArchiveFileTarget, StagedArchive, StandardOutputTarget } from '@ekv/archive';
import type { ScratchFolder } from '@ekv/snapshot';
import type { DumpFormat, DumpPlace } from './dump-format.ts';

interface PackedDumpOptions {
  readonly kind: Exclude<DumpFormat, 'folder'>;
  readonly scratch: ScratchFolder;
  readonly runId: string;
  /** The time that the manifest will tell, ms since 1970. */
  readonly madeAtMs: number;
  /** That work beside this one. */
  readonly threads: number;
}

/** A dump in one file, or on standard output. Throws UsageError when something stands in the way, EnvironmentError. */
export function packedDump(
  { output, force = false }: DumpPlace,
  { kind, scratch, runId, madeAtMs, threads }: PackedDumpOptions,
): StagedArchive {
  const target =
    output === '-' ? new StandardOutputTarget() : ArchiveFileTarget.create(output, { force, runId, threads });
  return new StagedArchive(target, { kind, scratch, mtime: Math.floor(madeAtMs / 1000), threads });
}
