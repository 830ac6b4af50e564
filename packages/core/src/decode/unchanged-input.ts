import { fstatSync, type Stats } from 'node:fs';
import { EnvironmentError } from '@ekv/snapshot';

/**
 * Looks at an open snapshot file before it is read; it is read more than once, so bytes that are overwritten meanwhile could
 * give a tree that never was. A file that is deleted or replaced stays as it was for who has it open.
 *
 * @param name for messages.
 * @returns what throws EnvironmentError when the file was written to since. The file must still be open then.
 */
export function unchangedInput(fd: number, name: string): () => void {
  const before = look(fd);
  return () => {
    const after = look(fd);
    if (!before?.isFile() || after === undefined) return;
    if (after.mtimeMs === before.mtimeMs && after.size === before.size) return;
    throw new EnvironmentError(
      `${name} was written to while it was read; copy it when nothing writes to it, and decode the copy`,
    );
  };
}

/** Errors are left to who reads the file. */
function look(fd: number): Stats | undefined {
  try {
    return fstatSync(fd);
  } catch {
    return undefined;
  }
}
