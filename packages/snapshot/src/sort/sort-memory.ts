/**
 * Memory of an ExternalSorter at most, in bytes of rows: it grows with them. Which sort takes how much:
 * docs/architecture.md, section "Memory".
 */

/**
 * For a sort that all rows, files or names of a scope go through. The block that is sorted
 * should fit into the cache of a processor: four times as much costs more than merging does.
 */
export const MAIN_SORT_BYTES = 16 << 20;

/** For sorts of which several are open beside each other or beside a main one: two of them take what one main sort does. */
export const SIDE_SORT_BYTES = 8 << 20;

/** For sorts of a row for each queue, table or finding, of which there are few as a rule. */
export const SMALL_SORT_BYTES = 1 << 20;
