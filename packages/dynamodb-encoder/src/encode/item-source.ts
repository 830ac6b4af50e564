/** The items of a table, wherever they are read from. */
export type ItemSource = Iterable<FoundItem>;

/** One item of a tree, of which nothing was read but its bytes. Valid until the next one. */
export interface FoundItem {
  /** Byte string of its file, relative to the root. */
  readonly path: string;
  /** Of the item in its file, from 1 on; `undefined` where each item has a file, whose name says what it is. */
  readonly line: number | undefined;
  /** The JSON is `text[start, end)`. */
  readonly text: Buffer;
  readonly start: number;
  readonly end: number;
}
