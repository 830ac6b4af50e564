import { DataError, EkvError, environmentError } from '@ekv/snapshot';

/**
 * A part of a tree that is not what it was when it was looked at first, or that cannot be read for what stands there. Like
 * every fault of a tree it is exit code 2 (docs/format/08-cli.md, section 8).
 */
export class TreeReadError extends DataError {
  static override readonly brand: string = 'TreeReadError';
}

/** What the machine refuses, whatever stands in the tree: exit code 1. One of these ends a run. */
const MACHINE = new Set(['EACCES', 'EPERM', 'EIO', 'EMFILE', 'ENFILE', 'ENOMEM', 'ESTALE']);

/**
 * Turns an error of a system call on a tree into an EnvironmentError where the machine refuses (no permission, a broken disk,
 * no more open files), and else into a {@link TreeReadError}; both name the path. Other errors pass unchanged.
 */
export function treeReadError(error: unknown, action: string, path: string): unknown {
  const named = environmentError(error, action, path);
  if (named === error || !(named instanceof EkvError)) return error;
  if (MACHINE.has((error as NodeJS.ErrnoException).code!)) return named;
  return new TreeReadError(named.message, { cause: error });
}
