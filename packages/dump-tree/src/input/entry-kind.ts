import type { Dirent, Stats } from 'node:fs';

export type EntryKind = 'file' | 'folder' | 'link' | 'special';

/** What an entry of a folder is, without a look at the file itself. */
export function kindOf(entry: Pick<Dirent, 'isFile' | 'isDirectory' | 'isSymbolicLink'>): EntryKind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'special';
}

/** What stands in the place of a file, for messages. */
export function described(stat: Stats): string {
  if (stat.isSymbolicLink()) return 'a symlink; links are not followed';
  if (stat.isFIFO()) return 'a FIFO';
  if (stat.isSocket()) return 'a socket';
  if (stat.isDirectory()) return 'a folder';
  return stat.isFile() ? 'a regular file' : 'a device';
}
