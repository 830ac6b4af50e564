import type { Owner } from '@ekv/adapter';
import { encodeFileName } from '@ekv/dump-tree';
import { BLOB_SUFFIX, COLLECTION_SUFFIX, STREAM_SUFFIX, TYPE_FOLDERS } from './paths.ts';

const SUFFIXES = [STREAM_SUFFIX, COLLECTION_SUFFIX, BLOB_SUFFIX];

/** See `Adapter.mayBeOf`: a key has a file in the folder of each of its types. */
export function mayBeOfKey(path: string, { key }: Owner): boolean {
  const folder = TYPE_FOLDERS.find((one) => path.startsWith(`${one}/`));
  if (key === undefined || folder === undefined) return true;
  const suffix = SUFFIXES.find((one) => path.endsWith(one)) ?? '';
  return path.slice(folder.length + 1, path.length - suffix.length) === encodeFileName(key);
}
