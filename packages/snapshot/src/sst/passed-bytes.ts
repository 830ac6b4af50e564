import type { Hash } from 'node:crypto';
import type { ByteSource } from '../format/byte-source.ts';
import { crc32c } from '../format/crc32c.ts';
import { readExactly } from '../format/read-exactly.ts';

const BLOCK = 1 << 20;

/** Which digests are taken of all bytes. */
export interface PassedDigests {
  readonly crc32c: boolean;
  readonly hash: Hash | undefined;
}

/** Passes once over a file from its start, and takes the digests of what was passed. */
export class PassedBytes {
  readonly #bytes: ByteSource;
  readonly #digests: PassedDigests;
  readonly #block: Buffer;
  #crc32c = 0;
  /** Offset of the next byte. */
  offset = 0;

  constructor(bytes: ByteSource, digests: PassedDigests) {
    this.#bytes = bytes;
    this.#digests = digests;
    this.#block = Buffer.allocUnsafeSlow(Math.max(1, Math.min(BLOCK, bytes.byteLength)));
  }

  /** Of all bytes that were passed; 0 when it is not taken. */
  get crc32c(): number {
    return this.#crc32c;
  }

  /** Goes on to an offset. @param hash takes the bytes between. Throws EnvironmentError. */
  pass(end: number, hash?: Hash): void {
    while (this.offset < end) {
      const block = this.#block.subarray(0, Math.min(this.#block.length, end - this.offset));
      readExactly(this.#bytes, this.offset, block);
      if (this.#digests.crc32c) this.#crc32c = crc32c(block, 0, block.length, this.#crc32c);
      this.#digests.hash?.update(block);
      hash?.update(block);
      this.offset += block.length;
    }
  }
}
