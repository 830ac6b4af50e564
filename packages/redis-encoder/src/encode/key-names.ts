import { decodeFileName, FILE_NAME_MAX, isHashedFileName, Keymap } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';
import { KEYMAP_PATH } from '../files/paths.ts';
import type { EncodeContext } from './encode-context.ts';

/**
 * The Redis key that an encoded name stands for: the name of a file without its suffix, or the key of a sidecar line.
 * Throws DataError for names of no form, and for hashed ones that the key map does not hold.
 * docs/format/03-redis.md, section 12.
 */
export function keyOfName(context: EncodeContext, name: string): Uint8Array {
  if (name.length > FILE_NAME_MAX || !isHashedFileName(name)) return decodeFileName(name);
  const original = context.keymap instanceof Keymap ? context.keymap.find(name) : undefined;
  if (original === undefined) {
    throw new DataError(
      `the hashed name ${name} has no record in ${context.tree.display(KEYMAP_PATH)}; restore the key map from the dump`,
    );
  }
  return original;
}

/** Whether a name cannot be judged because the key map, which holds its key, could not be read. */
export function isInDoubt(context: EncodeContext, name: string): boolean {
  return context.keymap === 'unreadable' && isHashedFileName(name);
}
