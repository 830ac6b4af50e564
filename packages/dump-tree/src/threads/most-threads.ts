/**
 * More threads than this have nothing to do: one thread alone makes the files that others write or compare, and uses those they read. Each
 * one costs megabytes and open files, on a machine with many cores as well.
 */
export const MOST_THREADS = 8;
