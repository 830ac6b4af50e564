import type { ReadableSnapshot, ScratchFolder, Warn } from '@ekv/snapshot';

/** Rows that units are read of. */
export interface UnitSource {
  readonly snapshot: ReadableSnapshot;
  readonly scratch: ScratchFolder;
  /** Gets what decode would say of the units. */
  readonly warn?: Warn | undefined;
}
