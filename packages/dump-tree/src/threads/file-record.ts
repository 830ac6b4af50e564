/** How a file lies in a batch of FilesBehind, for the text of a thread: head, path with its root, content. Numbers are little-endian. */
export const RECORD = {
  /** u32 each. */
  pathLength: 0,
  contentLength: 4,
  /** u8. */
  isDone: 8,
  /** 64 hex digits, where the work takes digests. */
  sha256: 12,
  /** f64, which of the files that were given it is. */
  ordinal: 76,
  headLength: 84,
} as const;

/** What a work of FilesBehind is told besides its own options. */
export interface LaidOut {
  readonly record: typeof RECORD;
}
