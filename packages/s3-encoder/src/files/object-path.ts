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
/** Longest path of a body below the root of a tree; systems take 4096 bytes, and the root's own path needs its share. */
const PATH_MAX = 3000;

const SLASH = 0x2f;
const BACKSLASH = 0x5c;
const DOT = 0x2e;

export type RenameKind = 's3-leaf-data' | 'meta-suffix-rename' | 'sha-fallback';

export interface Rename {
  readonly path: string;
  readonly kind: RenameKind;
}

/** What is special about a key: a sum of these. 0 is a key that is its own path, whatever other keys there are. */
/** The key is empty: nothing can stand for it. */
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
/** No path can hold the key: a zero byte, a backslash, a segment `.` or `..`, or more bytes than a path may have. */
export const NO_PATH = 64;

/** What only `--rename-collisions` lets pass. */
export const NEEDS_SWITCH = NO_PATH | CANNOT_STAY | SIDECAR_NAME;
/** What may give a key another path by sections 4.1 and 4.2. */
export const MAY_BE_REPLACED = NO_PATH | TOO_LONG | CANNOT_STAY | KEYMAP_NAME;

/** Looks after which the length of the path is not that of the key. */
const OTHER_LENGTH = TOO_LONG | CANNOT_STAY | KEYMAP_NAME;

/** Bytes that a path may have below the folder of a bucket, which is a byte string relative to the root. Section 4.2. */
export function roomIn(folder: string): number {
  return PATH_MAX - folder.length - 1;
}

/** What is special about a key in a bucket with that room for paths. */
export function lookAtKey(key: Buffer, room: number): number {
  const look = lookAtBytes(key, 0, key.length);
  const isShort = key.length <= room && (look & OTHER_LENGTH) === 0;
  return isShort || !isPathTooLong(key.toString('latin1'), room) ? look : look | NO_PATH;
}

/** Whether the path that section 4.1 gives to a key is too long, were there a key map or not. */
function isPathTooLong(key: string, room: number): boolean {
  const segments = key.split('/');
  return segments.length > room || (replacedSegments(segments, true)?.join('/') ?? key).length > room;
}

function lookAtBytes(bytes: Buffer, start: number, end: number): number {
  if (start === end) return UNUSABLE;
  let look = 0;
  let segment = start;
  for (let i = start; i <= end; i++) {
    const byte = i === end ? -1 : bytes[i]!;
    if (byte === 0 || byte === BACKSLASH) look |= NO_PATH;
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
  if (bytes[start] === DOT && (length === 1 || (length === 2 && bytes[start + 1] === DOT))) return NO_PATH;
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
  return hashedSegment(Buffer.from(key, 'latin1'));
}

/** Segments with other names where they cannot be names; `undefined` when all can. Section 4.1. */
function replacedSegments(segments: readonly string[], hasKeymap: boolean): string[] | undefined {
  let changed = false;
  const path = segments.map((segment, i) => {
    const isLast = i === segments.length - 1;
    if (!isReplaced(segment, i === 0, isLast, hasKeymap)) return segment;
    changed = true;
    return isLast ? hashedSegment(Buffer.from(segment, 'latin1')) : hashedFolder(segment);
  });
  return changed ? path : undefined;
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

/** The paths that a record of kind `sha-fallback` can give to a key, in a bucket with that room and a key map. */
export function fallbackPaths(key: string, room: number): string[] {
  const replaced = replacedPath(key, { hasKeymap: true, room });
  if (replaced !== undefined) return [replaced, leafPath(replaced).path];
  const { path, kind } = key.endsWith(SIDECAR_SUFFIX) ? userDataPath(key) : leafPath(key);
  return kind === 'sha-fallback' ? [path] : [];
}
