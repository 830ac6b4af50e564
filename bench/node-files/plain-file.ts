import { type EncodedRow, LAST_COMMIT_TS } from './list-rows.ts';
import { WrappedFile } from './wrapped-file.ts';

/** A snapshot in the ordinary form, row by row. */
export class PlainFile {
  readonly #file: WrappedFile;

  constructor(path: string) {
    this.#file = new WrappedFile(path);
    const header = Buffer.from('EKVPBBL1\0\0\0\0\0\0\0\0', 'latin1');
    header.writeBigUInt64LE(LAST_COMMIT_TS, 8);
    this.#file.write(header);
  }

  add({ key, value }: EncodedRow): void {
    this.#file.write(lengthOf(key), key, lengthOf(value), value);
  }

  close(): void {
    this.#file.close();
  }
}

function lengthOf(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(8);
  length.writeUInt32LE(bytes.length);
  return length;
}
