/** Bytes that can be read at any position and do not change while they are read, such as those of a file. */
export interface ByteSource {
  /** Name for people. */
  readonly name: string;
  /** In bytes. */
  readonly byteLength: number;
  /**
   * Reads up to `length` bytes from `position` on into `into`, from its index `at` on.
   *
   * @returns how many bytes were read; 0 only at the end. Throws EnvironmentError.
   */
  read(position: number, into: Uint8Array, at: number, length: number): number;
  /** Lets go of what the bytes are read from. May be called twice. */
  close(): void;
}
