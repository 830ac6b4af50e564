import { CHECKSUMS_NAME, cleanedPath, MANIFEST_NAME } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';
import { openArchive } from '../compression/open-archive.ts';
import { passArchive } from '../members/pass-archive.ts';
import type { Member } from '../tar/tar-reader.ts';

/** The first file of an archive is in its first block; some folders may come before it. */
const MOST_BYTES = 1 << 20;

/**
 * Whether a file is an archive of a dump, as far as its beginning shows: its first file is MANIFEST.json or CHECKSUMS. All that pack and
 * `ekv-decode` write begin so. Throws EnvironmentError when it cannot be read.
 */
export function isDumpArchive(path: string): boolean {
  let first: string | undefined;
  let passed = 0;
  const begin = (member: Member) => {
    if (member.kind === 'file') first ??= cleanedPath(member.path) ?? '';
  };
  try {
    const archive = openArchive(path);
    try {
      passArchive(archive, { begin, piece: () => {}, end: () => {} }, (bytes) => {
        passed += bytes;
        return first !== undefined || passed > MOST_BYTES ? 'enough' : 'more';
      });
    } finally {
      archive.close();
    }
  } catch (error) {
    // What comes after the first file need not be in order: a damaged archive is worth the least.
    if (!(error instanceof DataError)) throw error;
  }
  return first === MANIFEST_NAME || first === CHECKSUMS_NAME;
}
