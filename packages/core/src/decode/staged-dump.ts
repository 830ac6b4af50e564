import { StagedTree, type TreeSink } from '@ekv/dump-tree';
import type { ScratchFolder } from '@ekv/snapshot';
import { type DumpPlace, dumpFormatOf } from './dump-format.ts';
import { packedDump } from './packed-dump.ts';

/** A dump that is built out of sight and appears at its place as a whole. */
export interface StagedDump extends TreeSink {
  /** Data files written so far, and their bytes. */
  readonly files: number;
  readonly bytes: number;
  /** For one that has its manifest first: takes it before the files, when it is known so early. */
  begin?(manifest: Uint8Array): void;
  /** Waits until all files that were given are written. Throws the error of the first one that could not be. */
  settle?(): void;
  /** When it throws, the target is what it was; call {@link abandon}. */
  publish(manifest: Uint8Array): void;
  /** Safe to call after {@link publish}. */
  abandon(): void;
  /** After {@link publish}: what could not be removed; whether another run's dump was replaced. */
  readonly leftover: string | undefined;
  readonly replacedOther: boolean;
}

export interface StagedDumpOptions {
  readonly scratch: ScratchFolder;
  readonly runId: string;
  /** The time that the manifest will tell, ms since 1970. */
  readonly madeAtMs: number;
  /** That work, this one included. */
  readonly workers: number;
}

/** Looks at the target and begins to build. Throws UsageError when something stands in the way, EnvironmentError. */
export function stageDump(place: DumpPlace, { scratch, runId, madeAtMs, workers }: StagedDumpOptions): StagedDump {
  const { output, force = false } = place;
  const kind = dumpFormatOf(place);
  const threads = workers - 1;
  if (kind !== 'folder') return packedDump(place, { kind, scratch, runId, madeAtMs, threads });
  return StagedTree.create(output, { scratch, force, runId, threads });
}
