import type { TreeFile, TreeSource } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';

/** A larger JSON file is read value by value: the objects of its elements take up to twenty times its bytes. */
export const HELD_BYTES = 8 << 20;

/** Opens a file that was left because it is large; its digest is recorded already. */
export function openLarge(tree: TreeSource, path: string): TreeFile {
  const file = tree.openOptional(path, 'left out');
  if (file === undefined) throw new DataError(`${tree.display(path)} is missing`);
  return file;
}
