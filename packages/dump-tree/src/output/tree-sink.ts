/** Where a decoder writes its part of a dump tree. Paths are byte strings relative to the root, with `/`. */
export interface TreeSink {
  /** A whole file. Each path is given once. */
  file(path: string, bytes: Uint8Array): void;
  /** A file that is written piece by piece. */
  lines(path: string): LineSink;
  /** A file that is too large for memory. It is never compared line by line, whatever its name. */
  pieces(path: string): PieceSink;
  /** A folder that may stay empty. */
  folder(path: string): void;
}

/** Takes the bytes of a file in order; they are only valid during the call. */
export interface PieceSink {
  write(bytes: Uint8Array): void;
  close(): void;
}

/** As {@link PieceSink}, each call one line. */
export type LineSink = PieceSink;
