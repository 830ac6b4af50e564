import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { printable } from '@ekv/snapshot';

/** Calls that change the folder in which a name stands, and not what bears the name. */
const CHANGES_FOLDER = new Set(['mkdir', 'mkdtemp', 'rmdir', 'unlink', 'rename', 'link', 'symlink', 'mknod']);

/**
 * What to do about an error for which the user lacks the rights: which file or folder refuses, to whom it belongs, and who runs this.
 * To be put after the message; empty for other errors, and where nothing on the way to the path is seen to refuse.
 */
export function deniedHint(error: unknown): string {
  const denied = deniedCall(error);
  const user = process.getuid?.();
  if (denied?.path === undefined || user === undefined) return '';
  const { syscall = '', path, dest } = denied;
  const at = refusing(resolve(path), syscall) ?? (dest === undefined ? undefined : refusing(resolve(dest), syscall));
  const owned = at === undefined ? undefined : ownerOf(at);
  if (owned === undefined) return '';
  return `; ${printable(Buffer.from(at!))} ${owned}, and this runs as the user ${user}: change its owner or mode, or run this as a user who may`;
}

type SystemError = NodeJS.ErrnoException & { readonly dest?: string };

/** The system call that was denied, of an error or of what it was made of. */
function deniedCall(error: unknown): SystemError | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if ((at as SystemError).code === 'EACCES') return at;
  return undefined;
}

function refusing(path: string, syscall: string): string | undefined {
  let parent = '/';
  for (const folder of foldersAbove(path)) {
    if (denies(folder, constants.X_OK)) return folder;
    if (!exists(folder)) break;
    parent = folder;
  }
  if (!CHANGES_FOLDER.has(syscall) && (denies(path, constants.R_OK) || denies(path, constants.W_OK))) return path;
  return denies(parent, constants.W_OK) ? parent : undefined;
}

/** The folders in which a path stands, the upper ones first. */
function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let at = dirname(path); at !== folders.at(-1); at = dirname(at)) folders.push(at);
  return folders.reverse();
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function denies(path: string, right: number): boolean {
  try {
    accessSync(path, right);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES';
  }
}

function ownerOf(path: string): string | undefined {
  try {
    const { uid, mode } = statSync(path);
    return `belongs to the user ${uid} and has the mode ${(mode & 0o7777).toString(8).padStart(4, '0')}`;
  } catch {
    return undefined;
  }
}
