import { UsageError } from '@ekv/snapshot';
import { refuseStandardStream } from '../output/standard-stream.ts';

/** What a decode makes: a folder with files, or the same tree in one file. docs/format/02-dump-tree.md, section 12. */
export const DUMP_FORMATS = ['folder', 'tar', 'tar.zst'] as const;
export type DumpFormat = (typeof DUMP_FORMATS)[number];

/** Where a dump goes, and in which form. */
export interface DumpPlace {
  /** `-` is standard output, for one file alone. */
  readonly output: string;
  /** Default: as the suffix of the output says, else a folder. */
  readonly format?: DumpFormat | undefined;
  readonly force?: boolean | undefined;
}

/** Whether a name promises an archive, of whatever packing. */
export function endsLikeArchive(output: string): boolean {
  return /\.(?:tar(?:\.[a-z0-9]+)?|t[gx]z|tzst|tbz2?)$/.test(output);
}

/** Throws UsageError for a form that is not written. */
export function dumpFormatOf({ output, format }: DumpPlace): DumpFormat {
  if (format !== undefined) return format;
  if (output.endsWith('.tar')) return 'tar';
  if (output.endsWith('.tar.zst')) return 'tar.zst';
  if (endsLikeArchive(output)) {
    throw new UsageError(
      `the output ${output} ends like an archive that is not written here; name it .tar.zst or .tar, or say --format folder`,
    );
  }
  if (output.endsWith('.fsm')) {
    throw new UsageError(
      `the output ${output} ends like a snapshot, and a dump is made here; name a folder or an archive .tar.zst, or say --format folder`,
    );
  }
  return 'folder';
}

/** Throws UsageError where standard output cannot take the dump. */
export function refuseDumpToStream(place: DumpPlace): void {
  if (dumpFormatOf(place) === 'folder')
    refuseStandardStream(place.output, '--output', 'the folder to make, or say --format tar or --format tar.zst');
}
