import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { unpackStream } from '@ekv/archive';
import { MANIFEST_NAME } from '@ekv/dump-tree';
import { environmentError, readStream, UsageError } from '@ekv/snapshot';
import { lookThrough } from '@ekv/snapshot/publish';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';

/** What a path leads to: the root of a dump, a node's folder of snapshots, an archive of a dump, a snapshot file. */
export type InputKind = 'dump' | 'node folder' | 'archive' | 'snapshot';

/** Where a header of a tar archive says that it is one, and what it says. */
const TAR_MAGIC_AT = 257;
const TAR_MAGIC = 'ustar';
const ARCHIVE_NAME = /\.(?:tar|tar\.zst|tar\.gz|tgz)$/;

/**
 * Looks what an input is, by its first bytes where it is a file, packed or not: a file that is no archive is read as a snapshot, and what
 * is read once, as a pipe is, by its name alone.
 *
 * @throws UsageError when nothing is there, or a dump without its manifest; EnvironmentError.
 */
export function inputKindOf(path: string): InputKind {
  // A variable of a script may be unset.
  if (path === '')
    throw new UsageError('the path of an input is empty; name a snapshot file, or a dump: a folder or an archive');
  if (path === '-')
    throw new UsageError('- is standard input, which is read once alone; write it to a file, and name that');
  const found = lookThrough(path);
  if (found === undefined)
    throw new UsageError(`${path} does not exist; name a snapshot file, or a dump: a folder or an archive`);
  if (found.isDirectory()) return folderKindOf(path);
  if (!found.isFile()) return ARCHIVE_NAME.test(path) ? 'archive' : 'snapshot';
  return isTar(firstBytes(path)) ? 'archive' : 'snapshot';
}

/** A node has no folder that is named as an adapter. */
function folderKindOf(path: string): InputKind {
  if (existsSync(join(path, MANIFEST_NAME))) return 'dump';
  const adapter = ADAPTER_NAMES.find((name) => existsSync(join(path, name)));
  if (adapter === undefined) return 'node folder';
  throw new UsageError(
    `${path} has a folder ${adapter}, as a dump, and no ${MANIFEST_NAME}; copy all of the dump, or give a tree that was made by hand one with ekv encode --new-manifest`,
  );
}

function isTar(first: Buffer): boolean {
  return first.toString('latin1', TAR_MAGIC_AT, TAR_MAGIC_AT + TAR_MAGIC.length) === TAR_MAGIC;
}

/** What a file begins with once it is unpacked; what cannot be unpacked is refused by who reads it. */
function firstBytes(path: string): Buffer {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    throw environmentError(error, 'read', path);
  }
  const stream = unpackStream({ name: path, read: (into) => readStream(fd, into, path) });
  try {
    return stream.read() ?? Buffer.alloc(0);
  } catch {
    return Buffer.alloc(0);
  } finally {
    stream.close();
    closeSync(fd);
  }
}
