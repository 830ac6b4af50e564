import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';

const BLOCK = 1 << 18;

/** SHA-256 of an open file from its first byte on, and how many bytes it had. The file's position stays where it is. */
export function fileDigest(fd: number): { readonly sha256: string; readonly size: number } {
  const hash = createHash('sha256');
  const block = Buffer.allocUnsafeSlow(BLOCK);
  let size = 0;
  for (;;) {
    const read = readSync(fd, block, 0, BLOCK, size);
    if (read === 0) return { sha256: hash.digest('hex'), size };
    hash.update(read === BLOCK ? block : block.subarray(0, read));
    size += read;
  }
}
