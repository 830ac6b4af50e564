import { closeSync, openSync, writeSync } from 'node:fs';
import { crc32c } from '@ekv/snapshot';

const BUFFERED = 1 << 20;
const CEILING_MS = 1_795_843_000_000n;

/** A snapshot file as a node writes it: wrapper, payload, checksum; docs/format/01-snapshot.md, section 2. */
export class WrappedFile {
  readonly #fd: number;
  #pieces: Uint8Array[] = [];
  #buffered = 0;
  #crc = 0;

  constructor(path: string) {
    this.#fd = openSync(path, 'wx');
    const wrapper = Buffer.from('EKVTHLC1\0\0\0\0\0\0\0\0', 'latin1');
    wrapper.writeBigUInt64BE(CEILING_MS, 8);
    this.write(wrapper);
  }

  write(...pieces: Uint8Array[]): void {
    for (const piece of pieces) {
      this.#pieces.push(piece);
      this.#buffered += piece.length;
    }
    if (this.#buffered >= BUFFERED) this.#flush();
  }

  close(): void {
    this.#flush();
    const footer = Buffer.alloc(4);
    footer.writeUInt32BE(this.#crc);
    writeSync(this.#fd, footer);
    closeSync(this.#fd);
  }

  #flush(): void {
    const bytes = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#buffered = 0;
    this.#crc = crc32c(bytes, 0, bytes.length, this.#crc);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at);
  }
}
