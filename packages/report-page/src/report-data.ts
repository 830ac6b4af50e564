/**
 * What a page shows: plain data, that knows nothing of snapshots. All texts may hold anything; what cannot be seen in them (controls, marks of
 * direction, bytes of no meaning) is shown as `%HH`, and long ones are cut in the middle.
 */
export interface ReportData {
  /** What the report is about: the name of a file or folder. */
  readonly title: string;
  /** Short facts below the title, in this order. */
  readonly facts: readonly Fact[];
  /** Numbers shown large, in this order; six at most look well. */
  readonly figures: readonly Figure[];
  /** What the treemap and the flame graph draw. Its children are the adapters. */
  readonly tree: Branch;
  /** In the order in which they are shown. */
  readonly tables: readonly ReportTable[];
}

/** Such as "taken at", "2026-11-29 05:00:12 UTC". */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** Such as "live bytes", 1,204,224. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly holds: 'bytes' | 'count';
  /** A few words below the number, such as "12% of the file". */
  readonly note?: string | undefined;
}

/**
 * A part of the data: all of it, an adapter, a scope, a key prefix. Numbers are whole, 0 or more, below 2^53, and have those of the children
 * in them.
 */
export interface Branch {
  /** What of its name its parent does not have: `redis`, `orders`, `session:`. */
  readonly name: string;
  /** A word for what it is: `adapter`, `table`, `prefix`. */
  readonly kind: string;
  /**
   * What it adds to the address that its parent has; absent: its name; `null`: what is in it has no address, or another one. The address of a part is
   * shown as the glob of all below it.
   */
  readonly address?: string | null | undefined;
  /** Bytes that are live. */
  readonly bytes: number;
  /** Bytes that nobody can read any more: of old versions, deletions, and what had expired. */
  readonly past: number;
  /** Keys, items, objects, messages. */
  readonly units: number;
  /** In any order. What they and the smaller ones do not add up to is shown as one part more, the rest. */
  readonly children?: readonly Branch[] | undefined;
  /** Children beside the given ones, summed up. */
  readonly smaller?: SmallerParts | undefined;
}

/** Parts that are not told one by one: how many, and what they have together. */
export interface SmallerParts {
  readonly parts: number;
  readonly bytes: number;
  readonly past: number;
  readonly units: number;
}

/** A table, and a bar chart of it when it is `drawn`. */
export interface ReportTable {
  readonly title: string;
  /** One sentence: what a row is. */
  readonly about: string;
  readonly columns: readonly Column[];
  /** As many cells as there are columns; `null` is an empty cell. */
  readonly rows: readonly (readonly Cell[])[];
  /** How many rows there are beside the given ones. */
  readonly left?: number | undefined;
  /** A bar for each row, in their order, named by the first cell. */
  readonly drawn?: Drawn | undefined;
}

export interface Drawn {
  /** What can be drawn, one at a time. */
  readonly measures: readonly Measure[];
}

export interface Measure {
  readonly name: string;
  /** Indices of columns of numbers, stacked. */
  readonly columns: readonly number[];
}

export interface Column {
  readonly name: string;
  /** How cells are shown and sorted: bytes and counts are numbers, all else is text, and a time is of the form `2026-11-29 05:00`, in UTC. */
  readonly holds: 'address' | 'text' | 'time' | 'bytes' | 'count';
  /** The adapter that it is of: its bars have that colour. */
  readonly of?: string | undefined;
}

export type Cell = string | number | null;
