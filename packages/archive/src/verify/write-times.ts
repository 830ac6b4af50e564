import { CHECKSUMS_NAME } from '@ekv/dump-tree';
import { fewOf } from '@ekv/snapshot';
import { look } from '@ekv/snapshot/publish';

/**
 * Tells damage from an edit by the times of files in a folder: whoever edits a file writes it after its list was made, and a disk that
 * loses bits does not. `undefined` when nothing speaks for damage.
 *
 * @param changed paths below the root, for people: one with an escape is not looked at.
 */
export function damageByTimes(root: string, changed: readonly string[]): string | undefined {
  const listed = look(`${root}/${CHECKSUMS_NAME}`)?.mtimeMs ?? 0;
  const untouched = changed.filter((path) => !path.includes('\\') && isNotAfter(`${root}/${path}`, listed));
  if (untouched.length === 0) return undefined;
  return `not written since CHECKSUMS was, so damaged rather than edited: ${fewOf(untouched, untouched.length)}`;
}

function isNotAfter(path: string, listed: number): boolean {
  const written = look(path)?.mtimeMs;
  return written !== undefined && written <= listed;
}
