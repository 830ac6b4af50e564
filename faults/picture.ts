import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What stands in a folder and below: for each path its mode, and for what is no folder which file it is and when it was
 * last changed in any way. Two pictures are equal when nothing was written, removed or replaced between them.
 *
 * @param except top-level names that are left out.
 */
export function picture(folder: string, except: readonly string[] = []): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(folder)) if (!except.includes(name)) add(found, folder, name);
  return found;
}

function add(found: Record<string, string>, root: string, path: string): void {
  const stat = lstatSync(join(root, path));
  found[path] = `mode ${stat.mode.toString(8)}`;
  if (!stat.isDirectory()) {
    found[path] += `, inode ${stat.ino}, ${stat.size} bytes, changed ${stat.ctimeMs}`;
    return;
  }
  // The times of a folder tell nothing: temporary files may have come and gone.
  for (const name of readdirSync(join(root, path))) add(found, root, join(path, name));
}
