import type { ByteSource } from '@ekv/snapshot';

/**
 * Whether a read has shown the end of a file, so that nothing is asked for behind it: there is nothing, or less than was asked for and all that
 * the file had when it was opened. One that has grown since gives all that was asked for, as blocks are one byte larger than small files.
 *
 * @param end of what was read.
 */
export function showsEnd(file: ByteSource, end: number, read: number, asked: number): boolean {
  return read === 0 || (read < asked && end >= file.byteLength);
}
