import type { Cell, Column, Fact, Figure, Measure } from './report-data.ts';

/** What stands as JSON in a page: the data, bounded, and with texts as they are shown. Names are never names of members. */
export interface EmbeddedReport {
  readonly title: string;
  readonly facts: readonly Fact[];
  readonly figures: readonly Figure[];
  /** A part stands behind the one that it belongs to, and behind its larger siblings; the first is the whole. */
  readonly parts: readonly EmbeddedPart[];
  readonly tables: readonly EmbeddedTable[];
}

/** The address is what the part adds to that of its parent, when it is another text than its name; `null`: it has none. */
export type EmbeddedPart = readonly [
  parent: number,
  name: string,
  kind: string,
  bytes: number,
  past: number,
  units: number,
  address?: string | null,
];

/** The kind of a part that sums up what its parent has beside the other ones; its name is how many there are, 0 when they were never parts. */
export const SMALLER = 'smaller';

export interface EmbeddedTable {
  readonly title: string;
  readonly about: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  readonly left: number;
  readonly measures: readonly Measure[];
}
