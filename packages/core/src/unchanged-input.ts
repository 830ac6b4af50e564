import { fstatSync, type Stats, statSync } from 'node:fs';
import { EnvironmentError } from '@ekv/snapshot';

const STANDARD_INPUT = 0;

/**
 * Looks at a snapshot file before it is read; it is read more than once, so bytes that are overwritten meanwhile could give
 * a tree that never was. A file that is deleted or replaced stays as it was for who has it open.
 *
 * @param path `-` for standard input.
 * @returns what throws EnvironmentError when the file was written to since.
 */
export function unchangedInput(path: string): () => void {
  const before = look(path);
  return () => {
    const after = look(path);
    if (!before?.isFile() || after?.ino !== before.ino || after.dev !== before.dev) return;
    if (after.mtimeMs === before.mtimeMs && after.size === before.size) return;
    throw new EnvironmentError(
      `${path === '-' ? 'standard input' : path} was written to while it was read; copy it when nothing writes to it, and decode the copy`,
    );
  };
}

/** Errors are left to who opens the file. */
function look(path: string): Stats | undefined {
  try {
    return path === '-' ? fstatSync(STANDARD_INPUT) : statSync(path);
  } catch {
    return undefined;
  }
}
