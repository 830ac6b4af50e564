import { DataError } from '@ekv/snapshot';

/** Reads the fields of a value of the catalog, in order. Throws DataError when it ends too early. */
export class FieldReader {
  readonly #bytes: Buffer;
  readonly #name: string;
  #at = 0;

  /** @param name what is read, for messages. */
  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#name = name;
  }

  byte(): number {
    this.#need(1);
    return this.#bytes[this.#at++]!;
  }

  /** 64 bits unsigned, big-endian. */
  u64(): bigint {
    this.#need(8);
    this.#at += 8;
    return this.#bytes.readBigUInt64BE(this.#at - 8);
  }

  /** Bytes with their length before them: a copy. */
  bytes(): Buffer {
    const length = this.u64();
    this.#need(length);
    const start = this.#at;
    this.#at += Number(length);
    return Buffer.from(this.#bytes.subarray(start, this.#at));
  }

  /** Nothing may follow. */
  end(): void {
    const more = this.#bytes.length - this.#at;
    if (more > 0) throw new DataError(`${this.#name}: ${more} bytes follow its last field`);
  }

  #need(length: number | bigint): void {
    const left = this.#bytes.length - this.#at;
    if (length > left)
      throw new DataError(`${this.#name}: it is cut; a field needs ${length} bytes, and ${left} are left`);
  }
}
