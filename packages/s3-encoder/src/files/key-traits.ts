import { FILE_NAME_MAX, isPathTooLong, LAST_SEGMENT_MAX } from './object-path.ts';
import { BUCKET_FILE, KEYMAP_FILE, ORPHANS_FOLDER, SIDECAR_SUFFIX, UPLOADS_FOLDER } from './paths.ts';

const SLASH = 0x2f;
const BACKSLASH = 0x5c;
const DOT = 0x2e;

/**
 * What is special about an object key: a set of bits. 0 is a key that is its own path, whatever other keys there are.
 * docs/format/05-s3.md, sections 3.2 and 4.
 */
export const Trait = {
  /** The key is empty: nothing can stand for it. */
  empty: 1,
  /** A segment is too long for a file system. */
  tooLong: 2,
  /** A segment is empty, or the first one is a name of the dump tree's own. */
  cannotStay: 4,
  /** The first segment is that of the key map. */
  keymapName: 8,
  /** The key ends like a sidecar. */
  sidecarName: 16,
  /** A folder of the key is named like a sidecar. */
  sidecarFolder: 32,
  /** No path can hold the key: a zero byte, a backslash, a segment `.` or `..`, or more bytes than a path may have. */
  noPath: 64,
} as const;

/** What only `--rename-collisions` lets pass. */
export const NEEDS_SWITCH = Trait.noPath | Trait.cannotStay | Trait.sidecarName;
/** What may give a key another path by sections 4.1 and 4.2. */
export const MAY_BE_REPLACED = Trait.noPath | Trait.tooLong | Trait.cannotStay | Trait.keymapName;

/** Traits of keys whose paths may have another length. */
const OTHER_LENGTH = Trait.tooLong | Trait.cannotStay | Trait.keymapName;

/** The traits of a key, in a bucket with that room for paths: see `roomIn`. */
export function keyTraits(key: Buffer, room: number): number {
  const traits = traitsIn(key, 0, key.length);
  const isShort = key.length <= room && (traits & OTHER_LENGTH) === 0;
  return isShort || !isPathTooLong(key.toString('latin1'), room) ? traits : traits | Trait.noPath;
}

function traitsIn(bytes: Buffer, start: number, end: number): number {
  if (start === end) return Trait.empty;
  let traits = 0;
  let segment = start;
  for (let i = start; i <= end; i++) {
    const byte = i === end ? -1 : bytes[i]!;
    if (byte === 0 || byte === BACKSLASH) traits |= Trait.noPath;
    if (byte !== SLASH && byte !== -1) continue;
    traits |= segmentTraits(bytes, segment, i, byte === -1);
    if (segment === start) traits |= firstTraits(bytes, segment, i, byte === -1);
    segment = i + 1;
  }
  return traits;
}

function segmentTraits(bytes: Buffer, start: number, end: number, isLast: boolean): number {
  const length = end - start;
  if (length === 0) return Trait.cannotStay;
  if (bytes[start] === DOT && (length === 1 || (length === 2 && bytes[start + 1] === DOT))) return Trait.noPath;
  let traits = length > (isLast ? LAST_SEGMENT_MAX : FILE_NAME_MAX) ? Trait.tooLong : 0;
  if (isEqual(bytes, end - SIDECAR_SUFFIX.length, end, SIDECAR_SUFFIX, start)) {
    traits |= isLast ? Trait.sidecarName : Trait.sidecarFolder;
  }
  return traits;
}

function firstTraits(bytes: Buffer, start: number, end: number, isOnly: boolean): number {
  if (isEqual(bytes, start, end, BUCKET_FILE, start)) return Trait.cannotStay;
  if (isEqual(bytes, start, end, KEYMAP_FILE, start)) return Trait.keymapName;
  const isDumpFolder =
    isEqual(bytes, start, end, ORPHANS_FOLDER, start) || isEqual(bytes, start, end, UPLOADS_FOLDER, start);
  return isDumpFolder && !isOnly ? Trait.cannotStay : 0;
}

/** Whether `bytes[start, end)` is that text, and begins at `from` or later. */
function isEqual(bytes: Buffer, start: number, end: number, text: string, from: number): boolean {
  if (end - start !== text.length || start < from) return false;
  for (let i = text.length - 1; i >= 0; i--) {
    if (bytes[start + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}
