import { READ_NO_LINK } from '@ekv/snapshot';
import { CREATE, FILE_MODE } from '../output/staging-folder.ts';
import { type CompareFilesOptions, compareFiles } from './compare-files.ts';
import { FilesBehind, type FilesOutcome } from './files-behind.ts';
import { type WriteFilesOptions, writeFiles } from './write-files.ts';

interface NewTree {
  /** Root of the paths of its files. */
  readonly base: string;
  readonly setsModes: boolean;
}

/** Threads, 0 for none, that make the small files of a new tree; their folders are there. */
export function fileWriters(
  threads: number,
  tree: NewTree,
  outcome: FilesOutcome,
  filesBefore?: number,
): FilesBehind<WriteFilesOptions> {
  const { base, setsModes } = tree;
  const options = { flags: CREATE, mode: FILE_MODE, setsModes };
  return new FilesBehind(
    threads,
    { work: writeFiles, options, does: 'writes files', root: base },
    outcome,
    filesBefore,
  );
}

/** Threads, 0 for none, that compare small files with those of the folder `root`; nothing on the way to them is a link. */
export function fileComparers(
  threads: number,
  root: string,
  outcome: FilesOutcome,
  filesBefore?: number,
): FilesBehind<CompareFilesOptions> {
  const options = { flags: READ_NO_LINK };
  return new FilesBehind(threads, { work: compareFiles, options, does: 'compares files', root }, outcome, filesBefore);
}
