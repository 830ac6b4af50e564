/** Bytes that come one after the other and cannot be gone back to, such as those of a pipe. */
export interface ByteStream {
  /** Name for people. */
  readonly name: string;
  /** Fills a part of `into` from its start on. @returns how many bytes; 0 at the end alone. Throws EnvironmentError. */
  read(into: Buffer): number;
}

/** More than any part that has to be seen as a whole: a zstd block of 128 KiB with its header. */
const CAPACITY = 1 << 18;

/** The next bytes of a stream: looked at first, then passed over. */
export class InputWindow {
  readonly #stream: ByteStream;
  readonly #buffer: Buffer = Buffer.allocUnsafeSlow(CAPACITY);
  #start = 0;
  #end = 0;
  #isEnded = false;
  /** Of the stream: where the next byte stands. */
  offset = 0;

  constructor(stream: ByteStream) {
    this.#stream = stream;
  }

  get name(): string {
    return this.#stream.name;
  }

  /**
   * The next bytes, fewer only at the end of the stream; a view that is valid until the next call.
   *
   * @param length at most 256 KiB.
   */
  look(length: number): Buffer {
    if (this.#end - this.#start < length && !this.#isEnded) this.#fill(length);
    return this.#buffer.subarray(this.#start, Math.min(this.#start + length, this.#end));
  }

  /** What is at hand, at most `length` bytes and at least one; nothing at the end of the stream. Valid until the next call. */
  lookAtSome(length: number): Buffer {
    this.look(1);
    return this.#buffer.subarray(this.#start, Math.min(this.#start + length, this.#end));
  }

  /** Passes over bytes that were looked at. */
  pass(length: number): void {
    this.#start += length;
    this.offset += length;
  }

  #fill(length: number): void {
    if (this.#start + length > CAPACITY || this.#start === this.#end) {
      this.#buffer.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
    }
    while (this.#end - this.#start < length) {
      const read = this.#stream.read(this.#buffer.subarray(this.#end));
      if (read === 0) {
        this.#isEnded = true;
        return;
      }
      this.#end += read;
    }
  }
}
