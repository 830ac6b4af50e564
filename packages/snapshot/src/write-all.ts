import { writeSync } from 'node:fs';

/** Most bytes that one system call is given: Node takes no more than 2^31-1. */
const LONGEST_WRITE = 1 << 30;

/** Writes all bytes, whatever number of calls that takes. */
export function writeAll(fd: number, bytes: Uint8Array, atOnce = LONGEST_WRITE): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, Math.min(bytes.length - at, atOnce), null);
}
