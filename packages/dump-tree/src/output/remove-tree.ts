import { rmdirSync, rmSync, unlinkSync } from 'node:fs';
import { FolderEntries } from '../files/folder-entries.ts';
import { nativePath } from '../files/tree-path.ts';

/** What Node says when its own call has more files open than the process may: it needs one for each level of folders. */
const TOO_MANY_OPEN = ['EMFILE', 'UNKNOWN', ''];

/** Removes a file, or a folder of any depth with all that is in it; no matter when it is not there. */
export function removeTree(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    if (!TOO_MANY_OPEN.includes(String((error as NodeJS.ErrnoException).code))) throw error;
    removeFolders(path);
  }
}

/** Removes a folder with one folder open at a time. */
function removeFolders(root: string): void {
  const open = [''];
  for (let folder = open.at(-1); folder !== undefined; folder = open.at(-1)) {
    const before = open.length;
    for (const below of emptied(root, folder)) open.push(below);
    if (open.length > before) continue;
    rmdirSync(nativePath(root, folder));
    open.pop();
  }
}

/** Removes what is no folder; gives the paths of the folders that are left. */
function emptied(root: string, path: string): string[] {
  const folders: string[] = [];
  const entries = new FolderEntries(nativePath(root, path));
  try {
    for (let entry = entries.next(); entry !== undefined; entry = entries.next()) {
      const below = path === '' ? entries.name : `${path}/${entries.name}`;
      if (entry.isDirectory()) folders.push(below);
      else unlinkSync(nativePath(root, below));
    }
  } finally {
    entries.close();
  }
  return folders;
}
