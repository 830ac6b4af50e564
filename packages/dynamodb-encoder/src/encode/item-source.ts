import type { Attribute } from '../layout/stored-value.ts';

/** The items of a table, wherever they are read from. What is wrong with one is a problem of the run, and the next one comes. */
export type ItemSource = Iterable<FoundItem>;

/** One item of a tree. */
export interface FoundItem {
  /** Byte string of its file, relative to the root. */
  readonly path: string;
  /** The path for people. */
  readonly shown: string;
  /** The path below `items/`. */
  readonly below: string;
  /** Valid until the next item. */
  readonly attributes: Attribute[];
}
