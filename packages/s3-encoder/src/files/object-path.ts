import { hashedSegment } from '@ekv/dump-tree';
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
const LAST_SEGMENT_MAX = 235;
const SEGMENT_MAX = 255;

const SLASH = 0x2f;
const BACKSLASH = 0x5c;
const DOT = 0x2e;

export type RenameKind = 's3-leaf-data' | 'meta-suffix-rename' | 'sha-fallback';

export interface Rename {
  readonly path: string;
  readonly kind: RenameKind;
}

/** What is special about a key: a sum of these. 0 is a key that is its own path, whatever other keys there are. */
export const UNUSABLE = 1;
/** A segment is too long for a file system. */
export const TOO_LONG = 2;
/** A segment is empty, or the first one is a name of the dump tree's own. */
export const CANNOT_STAY = 4;
/** The first segment is that of the key map. */
export const KEYMAP_NAME = 8;
/** The key ends like a sidecar. */
export const SIDECAR_NAME = 16;
/** A folder of the key is named like a sidecar. */
export const SIDECAR_FOLDER = 32;

/** What is special about the key `bytes[start, end)`. */
export function lookAtKey(bytes: Buffer, start: number, end: number): number {
  if (start === end) return UNUSABLE;
  let look = 0;
  let segment = start;
  for (let i = start; i <= end; i++) {
    const byte = i === end ? -1 : bytes[i]!;
    if (byte === 0 || byte === BACKSLASH) look |= UNUSABLE;
    if (byte !== SLASH && byte !== -1) continue;
    look |= lookAtSegment(bytes, segment, i, byte === -1);
    if (segment === start) look |= lookAtFirst(bytes, segment, i, byte === -1);
    segment = i + 1;
  }
  return look;
}

function lookAtSegment(bytes: Buffer, start: number, end: number, isLast: boolean): number {
  const length = end - start;
  if (length === 0) return CANNOT_STAY;
  if (bytes[start] === DOT && (length === 1 || (length === 2 && bytes[start + 1] === DOT))) return UNUSABLE;
  let look = length > (isLast ? LAST_SEGMENT_MAX : SEGMENT_MAX) ? TOO_LONG : 0;
  if (isEqual(bytes, end - SIDECAR_SUFFIX.length, end, SIDECAR_SUFFIX, start)) {
    look |= isLast ? SIDECAR_NAME : SIDECAR_FOLDER;
  }
  return look;
}

function lookAtFirst(bytes: Buffer, start: number, end: number, isOnly: boolean): number {
  if (isEqual(bytes, start, end, BUCKET_FILE, start)) return CANNOT_STAY;
  if (isEqual(bytes, start, end, KEYMAP_FILE, start)) return KEYMAP_NAME;
  const isDumpFolder =
    isEqual(bytes, start, end, ORPHANS_FOLDER, start) || isEqual(bytes, start, end, UPLOADS_FOLDER, start);
  return isDumpFolder && !isOnly ? CANNOT_STAY : 0;
}

/** Whether `bytes[start, end)` is that text, and begins at `from` or later. */
function isEqual(bytes: Buffer, start: number, end: number, text: string, from: number): boolean {
  if (end - start !== text.length || start < from) return false;
  for (let i = text.length - 1; i >= 0; i--) {
    if (bytes[start + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}

/**
 * The path of a key with segments that cannot be names; `undefined` when all can. It never ends like a sidecar. Section 4.1.
 *
 * @param hasKeymap whether the bucket has a key map, whose name is then taken.
 */
export function replacedPath(key: string, hasKeymap: boolean): string | undefined {
  const segments = key.split('/');
  let changed = false;
  const path = segments.map((segment, i) => {
    const isLast = i === segments.length - 1;
    if (!isReplaced(segment, i === 0, isLast, hasKeymap)) return segment;
    changed = true;
    return isLast ? hashedSegment(Buffer.from(segment, 'latin1')) : hashedFolder(segment);
  });
  if (!changed) return undefined;
  const joined = path.join('/');
  return joined.endsWith(SIDECAR_SUFFIX) ? userDataPath(joined).path : joined;
}

function isReplaced(segment: string, isFirst: boolean, isLast: boolean, hasKeymap: boolean): boolean {
  if (segment === '' || segment.length > (isLast ? LAST_SEGMENT_MAX : SEGMENT_MAX)) return true;
  if (!isFirst) return false;
  if (segment === BUCKET_FILE) return true;
  if (segment === KEYMAP_FILE) return hasKeymap;
  return !isLast && (segment === ORPHANS_FOLDER || segment === UPLOADS_FOLDER);
}

/** Digests of folders are taken with a `/`, so that a file and a folder never meet. */
function hashedFolder(segment: string): string {
  return hashedSegment(Buffer.from(segment, 'latin1'), Buffer.from(`${segment}/`, 'latin1'));
}

function hashedName(segment: string): string {
  const name = hashedSegment(Buffer.from(segment, 'latin1'));
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

/** The paths that a record of kind `sha-fallback` can give to a key, in a bucket that has a key map. */
export function fallbackPaths(key: string): string[] {
  const replaced = replacedPath(key, true);
  if (replaced !== undefined) return [replaced, leafPath(replaced).path];
  const { path, kind } = key.endsWith(SIDECAR_SUFFIX) ? userDataPath(key) : leafPath(key);
  return kind === 'sha-fallback' ? [path] : [];
}
