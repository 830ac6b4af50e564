/** A part of a scratch file that holds rows in the order of their keys. */
export interface RunRange {
  /** In bytes from the start of the file. */
  readonly start: number;
  readonly end: number;
  /** What a merge holds for it, in bytes. */
  readonly held: number;
}

/**
 * Sorted runs in one scratch file, as plain data: what one thread sorted another can merge. The descriptor belongs to the process,
 * and whoever takes the runs closes it. A worker that hands over must be started with `trackUnmanagedFds: false`, otherwise its
 * descriptors are closed when it ends.
 */
export interface SortedRuns {
  /** The file has no name any more. */
  readonly fd: number;
  /** For messages. */
  readonly path: string;
  /** In the order in which their rows were added. */
  readonly runs: readonly RunRange[];
}
