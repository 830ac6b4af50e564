/** The generation of all rows that encode writes: as of a queue that was never purged nor made again. */
export const ENCODED_GENERATION = 1n;
/** In keys: u64be. */
export const GENERATION_BYTES = 8;
