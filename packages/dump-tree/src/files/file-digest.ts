import { createHash } from 'node:crypto';
import { type ByteSource, blockFor } from '@ekv/snapshot';
import { showsEnd } from './end-of-file.ts';
import { canBeJson } from './json-look.ts';

/** Most bytes of a file that are given at once. */
const BLOCK = 1 << 18;

/** Gets a file's bytes from the first on; they are valid during the call. */
export type TakePiece = (piece: Buffer) => void;

/**
 * What becomes of the digest of a file that is read in pieces, where the tree has a verifier.
 *
 * - `recorded`: the file is read once from end to end first, and the verifier is given its digest.
 * - `recorded of JSON`: the same, for a file whose reader refuses all that is no JSON. Its blocks are looked at before they are
 *   hashed; at the first that can be no JSON, such as a hole, the hashing ends. The reader comes to it and says where it is.
 * - `left out`: the verifier learns nothing of this file unless the caller tells it.
 */
export type DigestOnOpening = 'recorded' | 'recorded of JSON' | 'left out';

/**
 * SHA-256 of a file from its first byte on, and how many bytes it had.
 *
 * @param take gets the same bytes.
 */
export function fileDigest(file: ByteSource, take?: TakePiece): { readonly sha256: string; readonly size: number } {
  const hash = createHash('sha256');
  const size = eachPiece(file, (piece) => {
    hash.update(piece);
    take?.(piece);
  });
  return { sha256: hash.digest('hex'), size };
}

/**
 * As {@link fileDigest}, for a file whose reader refuses what is no JSON. Each block is looked at before it is hashed;
 * `no JSON` at the first that can be none, after which nothing is read.
 */
export function jsonDigest(file: ByteSource): { readonly sha256: string; readonly size: number } | 'no JSON' {
  const hash = createHash('sha256');
  let size = 0;
  for (const piece of pieces(file)) {
    if (!canBeJson(piece, size)) return 'no JSON';
    hash.update(piece);
    size += piece.length;
  }
  return { sha256: hash.digest('hex'), size };
}

/** Gives all bytes of a file. @returns their number. */
export function eachPiece(file: ByteSource, take: TakePiece): number {
  let size = 0;
  for (const piece of pieces(file)) {
    take(piece);
    size += piece.length;
  }
  return size;
}

function* pieces(file: ByteSource): Generator<Buffer> {
  const block = blockFor(file, BLOCK);
  for (let size = 0; ; ) {
    const read = file.read(size, block, 0, block.length);
    if (read === 0) return;
    yield read === block.length ? block : block.subarray(0, read);
    size += read;
    if (showsEnd(file, size, read, block.length)) return;
  }
}
