import type { Attribute } from '../layout/stored-value.ts';

/** The items of a table, wherever they are read from. What is wrong with one is a problem of the run, and the next one comes. */
export type ItemSource = Iterable<FoundItem>;

/** One item of a tree. */
export interface FoundItem {
  /** Byte string of its file, relative to the root, with a line where a file has many. */
  readonly path: string;
  /** The path for people. */
  readonly shown: string;
  /** The path below `items/`; `undefined` where it says nothing of the item. */
  readonly below: string | undefined;
  /** Valid until the next item. */
  readonly attributes: Attribute[];
}
