import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { environmentError } from '@ekv/snapshot';

const BLOCK = 1 << 20;

/** The bytes of a file from end to end; a block is valid until the next one is asked for. Throws EnvironmentError. */
function* fileBlocks(path: string): Generator<Buffer> {
  const block = Buffer.allocUnsafeSlow(BLOCK);
  const fd = attempt(path, () => openSync(path, 'r'));
  try {
    for (;;) {
      const read = attempt(path, () => readSync(fd, block, 0, BLOCK, null));
      if (read === 0) return;
      yield block.subarray(0, read);
    }
  } finally {
    closeSync(fd);
  }
}

/** SHA-256 of a file, 64 lower-case hex digits. @param onBlock gets each block too. Throws EnvironmentError. */
export function fileSha256(path: string, onBlock: (block: Uint8Array) => void = () => {}): string {
  const hash = createHash('sha256');
  for (const block of fileBlocks(path)) {
    hash.update(block);
    onBlock(block);
  }
  return hash.digest('hex');
}

function attempt<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw environmentError(error, 'read', path);
  }
}
