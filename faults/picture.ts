import { hash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What stands in a folder and below: for each path its kind, mode and content. Two pictures are equal when nothing was
 * written, removed or replaced between them. Links are not followed.
 *
 * @param except top-level names that are left out.
 */
export function picture(folder: string, except: readonly string[] = []): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(folder)) if (!except.includes(name)) add(found, folder, name);
  return found;
}

function add(found: Record<string, string>, root: string, path: string): void {
  const full = join(root, path);
  const stat = lstatSync(full);
  found[path] = `${(stat.mode & 0o177777).toString(8)} ${contentOf(full, stat.size)}`;
  if (!stat.isDirectory()) return;
  for (const name of readdirSync(full)) add(found, root, join(path, name));
}

const HASHED_BELOW = 1 << 20;

function contentOf(path: string, size: number): string {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return readlinkSync(path);
  if (!stat.isFile()) return '';
  return size > HASHED_BELOW ? `${size} bytes` : hash('sha256', readFileSync(path), 'hex');
}
