import { createHash } from 'node:crypto';
import { SnapshotFormatError } from '../errors.ts';
import type { HeaderBytes } from '../format/container.ts';
import { type SstManifest, sstManifestOf } from './manifest-fields.ts';
import { TableError } from './table-error.ts';

const MAGIC_BYTES = 8;
const LENGTH_BYTES = 8;
const DIGEST_BYTES = 32;
const LONGEST = 67_108_864;

/** What a snapshot of SST files says of itself, and where its files begin. */
export interface SstStart {
  readonly manifest: SstManifest;
  /** Offset in the snapshot of the first SST file. */
  readonly filesAt: number;
}

/**
 * Length in bytes of the manifest. @param window at the magic. Throws SnapshotFormatError when no manifest has it: bytes that have no
 * end are refused by it.
 */
export function sstManifestLength(window: HeaderBytes, path: string): number {
  if (!window.need(MAGIC_BYTES + LENGTH_BYTES)) throw truncated(window, path);
  const length = window.bytes.readBigUInt64BE(window.at + MAGIC_BYTES);
  if (length >= 1n && length <= BigInt(LONGEST)) return Number(length);
  throw headerError(
    window,
    `${path} is a snapshot of SST files with a manifest of ${length} bytes, it must have 1 to ${LONGEST}; the file is damaged, copy it again`,
  );
}

/**
 * Reads the manifest. docs/format/01-snapshot.md, section 3.7.
 *
 * @param window at the magic. @param onWrongDigest of a file that is salvaged; without it that is thrown.
 */
export function readSstManifest(
  window: HeaderBytes,
  path: string,
  onWrongDigest?: (error: SnapshotFormatError) => void,
): SstStart {
  const length = sstManifestLength(window, path);
  const before = MAGIC_BYTES + LENGTH_BYTES + DIGEST_BYTES;
  if (window.left < before + length || !window.need(before + length)) throw truncated(window, path);
  const textAt = window.at + before;
  const text = window.bytes.subarray(textAt, textAt + length);
  const digest = window.bytes.subarray(textAt - DIGEST_BYTES, textAt);
  if (!createHash('sha256').update(text).digest().equals(digest)) {
    const error = headerError(
      window,
      `${path}: the manifest of its SST files has another SHA-256 than stands before it; the file is damaged, copy it again`,
    );
    if (onWrongDigest === undefined) throw error;
    onWrongDigest(error);
  }
  const manifest = manifestIn(text, window, path);
  return { manifest, filesAt: window.offset + before + length };
}

function manifestIn(text: Buffer, window: HeaderBytes, path: string): SstManifest {
  try {
    return sstManifestOf(text);
  } catch (error) {
    if (!(error instanceof TableError)) throw error;
    throw headerError(window, `${path}: the manifest of its SST files: ${error.message}`, error.isDamage);
  }
}

function truncated(window: HeaderBytes, path: string): SnapshotFormatError {
  return headerError(
    window,
    `${path} is truncated: the file ends inside the manifest of its SST files, at ${window.offset + window.left} bytes; copy it again`,
  );
}

function headerError(window: HeaderBytes, message: string, isDamage = true): SnapshotFormatError {
  return new SnapshotFormatError(message, { offset: window.offset, ordinal: 0, isDamage });
}
