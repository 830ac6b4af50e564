import { closeSync } from 'node:fs';
import type { InputTree, LargeFile } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';

/** A larger JSON file is read value by value: the objects of its elements take up to twenty times its bytes. */
export const HELD_BYTES = 8 << 20;

/** An open file that is read in pieces. */
export interface OpenLargeFile {
  readonly fd: number;
  /** To be called after the last byte. Throws TreeReadError when the file has changed since it was looked at. */
  readonly checkUnchanged: () => void;
  readonly close: () => void;
}

/** Opens a file that was left because it is large; its digest is recorded already. */
export function openLarge(tree: InputTree, path: string, left: LargeFile): OpenLargeFile {
  const file = tree.openOptional(path, 'left out');
  if (file === undefined) throw new DataError(`${tree.display(path)} is missing`);
  const { fd } = file;
  return { fd, checkUnchanged: () => tree.checkUnchanged(path, fd, left), close: () => closeSync(fd) };
}
