import type { Owner } from '@ekv/adapter';
import { BUCKET_FILE, bucketFolder, KEYMAP_FILE, S3_FOLDER } from './paths.ts';

/** See `Adapter.mayBeOf`: an object has its key as its path below its bucket, with a file beside it. */
export function mayBeOfObject(path: string, { scope, key }: Owner): boolean {
  if (scope === undefined || !path.startsWith(`${S3_FOLDER}/`)) return true;
  const bucket = bucketFolder(scope);
  if (path === bucket) return true;
  if (!path.startsWith(`${bucket}/`)) return false;
  const below = path.slice(bucket.length + 1);
  if (key === undefined || below === BUCKET_FILE || below === KEYMAP_FILE) return true;
  const own = key.toString('latin1');
  return below.startsWith(own) || own.startsWith(`${below}/`);
}
