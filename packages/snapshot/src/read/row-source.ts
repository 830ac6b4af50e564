import type { Damage, DamageKind } from '../damage/damage.ts';
import type { RowError } from '../errors.ts';
import type { RowCursor } from './row-cursor.ts';

/** How the rows of a family are walked over. */
export interface RowsOptions {
  /**
   * `passed over`: bodies are not read, for families of large ones; {@link RowCursor.valueOffset} says where they are.
   * Default: `read`.
   */
  readonly bodies?: 'read' | 'passed over' | undefined;
  /**
   * `offset` of the first row to give, as an earlier cursor of the family gave it. No key before it may be a prefix of a later
   * one: versions are told apart by the keys that were passed on the way, and this walk passes none of them.
   */
  readonly from?: number | undefined;
}

/**
 * Visible rows by key family, each as often as needed and any number of walks side by side: what a decoder needs of a snapshot, be it
 * one file or, one day, several that are merged.
 */
export interface RowSource {
  /** Name for people. */
  readonly path: string;
  /** The timestamp at which rows are visible. */
  readonly lastCommitTs: bigint;
  /** When it is salvaged: what is left out. */
  readonly damage: Damage | undefined;
  /** The rows of a family that are visible, ascending by encoded key. */
  rows(prefix: string, options?: RowsOptions): RowCursor;
  /** How many rows {@link rows} gives. */
  count(prefix: string): number;
  /** Whether the family is one that {@link rows} can give. */
  knows(prefix: string): boolean;
  /** Fills `into` with what stands from an offset on, such as a body that its cursor passed over. Throws EnvironmentError. */
  readAt(offset: number, into: Uint8Array): void;
  /**
   * Leaves the row that an error is about out of all further walks, and counts it, when the source is salvaged. Throws every
   * other error on, and all of them when it is not.
   *
   * @param kind what is lost with the row. Default: the row itself.
   */
  leaveOut(error: unknown, kind?: DamageKind): void;
  /** Runs a check of a row; what it throws is given to {@link leaveOut}. */
  attempt(check: () => void, kind?: DamageKind): void;
  /** What a row that an adapter refused means to a reader of the file. */
  located(error: RowError): Error;
}

/** A snapshot that is open, as the readers of the adapters take it: what `openSnapshot` gives. */
export interface ReadableSnapshot {
  /** Its rows by family. Throws SnapshotFormatError when it is damaged; it is checked when it was not. */
  rowsOf(families: readonly string[]): RowSource;
}
