/** Where a decoder writes its part of a dump tree. Paths are byte strings relative to the root, with `/`. */
export interface TreeSink {
  /** A whole file. Each path is given once. */
  file(path: string, bytes: Uint8Array): void;
  /** A file that is written piece by piece. */
  lines(path: string): LineSink;
  /** A folder that may stay empty. */
  folder(path: string): void;
}

export interface LineSink {
  write(bytes: Uint8Array): void;
  close(): void;
}
