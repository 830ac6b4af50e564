import { hashedFileName } from '@ekv/dump-tree';
import {
  BUCKET_FILE,
  KEYMAP_FILE,
  LEAF_SUFFIX,
  ORPHANS_FOLDER,
  SIDECAR_SUFFIX,
  UPLOADS_FOLDER,
  USER_DATA_SUFFIX,
} from './paths.ts';

/**
 * The paths that object keys get below their bucket's folder; docs/format/05-s3.md, sections 3.2 and 4. Keys and paths
 * are byte strings: one character per byte.
 */

/** Longest name of a file, so that its sidecar's name still fits into 255 bytes. */
export const LAST_SEGMENT_MAX = 235;
/** Longest name of a folder, in bytes. */
export const FILE_NAME_MAX = 255;
/** Longest path of a body below the root of a tree; systems take 4096 bytes, and the root's own path needs its share. */
const PATH_MAX = 3000;

export type RenameKind = 's3-leaf-data' | 'meta-suffix-rename' | 'sha-fallback';

export interface Rename {
  readonly path: string;
  readonly kind: RenameKind;
}

/** Bytes that a path may have below the folder of a bucket, which is a byte string relative to the root. Section 4.2. */
export function roomIn(folder: string): number {
  return PATH_MAX - folder.length - 1;
}

/** Whether the path that section 4.1 gives to a key is too long, were there a key map or not. */
export function isPathTooLong(key: string, room: number): boolean {
  const segments = key.split('/');
  return segments.length > room || (replacedSegments(segments, true)?.join('/') ?? key).length > room;
}

/** The bucket that a key is in. */
export interface KeySurroundings {
  /** Whether it has a key map, whose name is then taken. */
  readonly hasKeymap: boolean;
  /** See {@link roomIn}. */
  readonly room: number;
}

/**
 * The path of a key that cannot be its own path: one name for the whole key, or the key with other names for single
 * segments. `undefined` when the key can be its path. It never ends like a sidecar. Sections 4.1 and 4.2.
 */
export function replacedPath(key: string, { hasKeymap, room }: KeySurroundings): string | undefined {
  const path = hasNoPath(key, room) ? oneName(key) : replacedSegments(key.split('/'), hasKeymap)?.join('/');
  return path?.endsWith(SIDECAR_SUFFIX) ? userDataPath(path).path : path;
}

function hasNoPath(key: string, room: number): boolean {
  return /[\0\\]|(^|\/)\.{1,2}(\/|$)/.test(key) || isPathTooLong(key, room);
}

/** A key as one name in the bucket's folder. Section 4.2. */
function oneName(key: string): string {
  return hashedFileName(Buffer.from(key, 'latin1'));
}

/** Segments with other names where they cannot be names; `undefined` when all can. Section 4.1. */
function replacedSegments(segments: readonly string[], hasKeymap: boolean): string[] | undefined {
  let changed = false;
  const path = segments.map((segment, i) => {
    const isLast = i === segments.length - 1;
    if (!isReplaced(segment, i === 0, isLast, hasKeymap)) return segment;
    changed = true;
    return isLast ? hashedFileName(Buffer.from(segment, 'latin1')) : hashedFolder(segment);
  });
  return changed ? path : undefined;
}

function isReplaced(segment: string, isFirst: boolean, isLast: boolean, hasKeymap: boolean): boolean {
  if (segment === '' || segment.length > (isLast ? LAST_SEGMENT_MAX : FILE_NAME_MAX)) return true;
  if (!isFirst) return false;
  if (segment === BUCKET_FILE) return true;
  if (segment === KEYMAP_FILE) return hasKeymap;
  return !isLast && (segment === ORPHANS_FOLDER || segment === UPLOADS_FOLDER);
}

/** Digests of folders are taken with a `/`, so that a file and a folder never meet. */
function hashedFolder(segment: string): string {
  return hashedFileName(Buffer.from(segment, 'latin1'), Buffer.from(`${segment}/`, 'latin1'));
}

function hashedName(segment: string): string {
  const name = hashedFileName(Buffer.from(segment, 'latin1'));
  return name.endsWith(SIDECAR_SUFFIX) ? name + USER_DATA_SUFFIX : name;
}

/** The path of an object that is also the folder of another. Section 4, rule 2. */
export function leafPath(key: string): Rename {
  return suffixed(key, LEAF_SUFFIX, 's3-leaf-data');
}

/** The path of an object whose key ends like a sidecar. Section 4, rule 1. */
export function userDataPath(key: string): Rename {
  return suffixed(key, USER_DATA_SUFFIX, 'meta-suffix-rename');
}

function suffixed(key: string, suffix: string, kind: RenameKind): Rename {
  const name = key.slice(key.lastIndexOf('/') + 1);
  if (name.length + suffix.length <= LAST_SEGMENT_MAX) return { path: key + suffix, kind };
  return { path: key.slice(0, key.length - name.length) + hashedName(name), kind: 'sha-fallback' };
}

/** The paths that a record of kind `sha-fallback` can give to a key, in a bucket with that room and a key map. */
export function fallbackPaths(key: string, room: number): string[] {
  const replaced = replacedPath(key, { hasKeymap: true, room });
  if (replaced !== undefined) return [replaced, leafPath(replaced).path];
  const { path, kind } = key.endsWith(SIDECAR_SUFFIX) ? userDataPath(key) : leafPath(key);
  return kind === 'sha-fallback' ? [path] : [];
}
