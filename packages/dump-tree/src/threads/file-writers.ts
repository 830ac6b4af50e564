import { CREATE, FILE_MODE } from '../output/staging-folder.ts';
import { FilesBehind, type FilesOutcome } from './files-behind.ts';
import { type WriteFilesOptions, writeFiles } from './write-files.ts';

interface NewTree {
  /** Root of the paths of its files. */
  readonly base: string;
  readonly setsModes: boolean;
}

/** Threads that make the small files of a new tree; their folders are there. */
export function fileWriters(threads: number, tree: NewTree, outcome: FilesOutcome): FilesBehind<WriteFilesOptions> {
  const { base, setsModes } = tree;
  const options = { flags: CREATE, mode: FILE_MODE, setsModes };
  return new FilesBehind(threads, { work: writeFiles, options, does: 'writes files', root: base }, outcome);
}
