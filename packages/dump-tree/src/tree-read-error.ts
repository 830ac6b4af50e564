import { DataError, EkvError, environmentError } from '@ekv/snapshot';

/**
 * A part of a tree that the system does not let be read, or that changed while it was read. Like every fault of a tree it
 * is exit code 2 (docs/format/08-cli.md, section 8).
 */
export class TreeReadError extends DataError {}

/** Turns an error of a system call on a tree into a {@link TreeReadError} that names the path; others pass unchanged. */
export function treeReadError(error: unknown, action: string, path: string): unknown {
  const named = environmentError(error, action, path);
  if (named === error || !(named instanceof EkvError)) return error;
  return new TreeReadError(named.message, { cause: error });
}
