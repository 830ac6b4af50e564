import { Varints } from './varint.ts';

/** Where a block stands in its SST file. */
export interface BlockHandle {
  /** Bytes from the start of the SST file. */
  readonly offset: number;
  /** Bytes of its data, without what follows them: {@link BLOCK_TRAILER_BYTES}. */
  readonly length: number;
}

/** Kind of compression, and checksum. */
export const BLOCK_TRAILER_BYTES = 5;

/** The handle at the start of `bytes[start, end)`; other bytes may follow it. Throws TableError. */
export function readHandle(bytes: Uint8Array, start: number, end: number): BlockHandle {
  const varints = new Varints();
  varints.begin(bytes, start, end);
  return { offset: varints.next(), length: varints.next() };
}
