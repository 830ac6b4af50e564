import { displayPath } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';
import type { Member } from '../tar/tar-reader.ts';

/** Bytes of a path that no system call takes, on Linux. */
const LONGEST_PATH = 4095;
/** Of a path in a message: a hostile one has thousands of characters. */
const SHOWN_BYTES = 200;

/**
 * The path of a member below the root, without `./` and doubled slashes; empty for the root itself. Whoever made an archive may have put
 * anything there: a path that leads out of the root, and what is neither a file nor a folder, is in no dump. Throws DataError.
 */
export function memberPath({ path, kind }: Pick<Member, 'path' | 'kind'>): string {
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.length === 0 && kind === 'folder') return '';
  if (path.startsWith('/')) throw refused(path, 'has an absolute path');
  if (segments.includes('..')) throw refused(path, 'has a ".." in its path');
  if (path.includes('\0')) throw refused(path, 'has a NUL in its path, which no file has');
  if (path.length > LONGEST_PATH) throw refused(path, `has a path of ${path.length} bytes, more than any system takes`);
  if (kind === 'other')
    throw refused(path, 'is a link, a device or a file with holes; a dump has files and folders only');
  const cleaned = segments.join('/');
  if (cleaned === '' && kind === 'file') throw refused(path, 'is a file in the place of the root folder');
  return cleaned;
}

function refused(path: string, what: string): DataError {
  const shown = path.length > SHOWN_BYTES ? `${displayPath(path.slice(0, SHOWN_BYTES))}...` : displayPath(path);
  return new DataError(`the member "${shown}" ${what}; look at it with ekv-archive list, and pack the dump again`);
}
