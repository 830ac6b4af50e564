import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';

/** Most bytes of a file that are given at once. */
const BLOCK = 1 << 18;

/** Gets a file's bytes from the first on; they are valid during the call. */
export type TakePiece = (piece: Buffer) => void;

/**
 * SHA-256 of an open file from its first byte on, and how many bytes it had. The file's position stays where it is.
 *
 * @param take gets the same bytes.
 */
export function fileDigest(fd: number, take?: TakePiece): { readonly sha256: string; readonly size: number } {
  const hash = createHash('sha256');
  const size = eachPiece(fd, (piece) => {
    hash.update(piece);
    take?.(piece);
  });
  return { sha256: hash.digest('hex'), size };
}

/** Gives all bytes of an open file, whose position stays where it is. @returns their number. */
export function eachPiece(fd: number, take: TakePiece): number {
  const block = Buffer.allocUnsafeSlow(BLOCK);
  for (let size = 0; ; ) {
    const read = readSync(fd, block, 0, BLOCK, size);
    if (read === 0) return size;
    take(read === BLOCK ? block : block.subarray(0, read));
    size += read;
  }
}
