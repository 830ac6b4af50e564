import { createHash } from 'node:crypto';
import { crc32c } from '@ekv/snapshot';
import { PAYLOAD_HEADER_BYTES } from '@ekv/snapshot/format';
import { EntryGuards } from './entry-guards.ts';
import { type PayloadFile, readFully } from './payload-file.ts';

const BLOCK_BYTES = 1 << 20;

/** What one pass over a payload says. */
export interface PassedPayload {
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  /** Of what came before it and of all its bytes. */
  readonly crc32c: number;
  readonly entries: number;
  readonly bytes: number;
}

/**
 * Reads a payload once: every entry is checked, the digests are taken, and each block is given on.
 *
 * @param crcBefore CRC-32C of what stands before the payload where it is copied to.
 * @param onBlock gets each block; valid during the call.
 * @throws SnapshotFormatError, EnvironmentError, and what `onBlock` throws.
 */
export function passPayload(payload: PayloadFile, crcBefore: number, onBlock: (block: Buffer) => void): PassedPayload {
  const { fd, path, lastCommitTs } = payload;
  const guards = new EntryGuards(path, lastCommitTs, PAYLOAD_HEADER_BYTES);
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  let crc = crcBefore;
  let position = 0;
  for (;;) {
    const block = buffer.subarray(0, readFully(fd, buffer, position, path));
    guards.take(block, position === 0 ? PAYLOAD_HEADER_BYTES : 0, block.length);
    hash.update(block);
    crc = crc32c(block, 0, block.length, crc);
    onBlock(block);
    position += block.length;
    if (block.length < BLOCK_BYTES) break;
  }
  guards.end();
  return { sha256: hash.digest('hex'), crc32c: crc, entries: guards.entries, bytes: position };
}
