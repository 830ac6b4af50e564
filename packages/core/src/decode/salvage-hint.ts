import { TreeProblemsError } from '@ekv/dump-tree';
import { type Damage, DamagedDataError, SnapshotFormatError } from '@ekv/snapshot';

const HINT = '; --salvage decodes the rest';

/** Does what may find damage, and tells of the way to the rest in the error for it. Not when it is gone already. */
export function namingSalvage<T>(damage: Damage | undefined, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw damage === undefined ? hinted(error) : error;
  }
}

function hinted(error: unknown): unknown {
  if (error instanceof TreeProblemsError) return new TreeProblemsError(error.problems, error.complete, HINT);
  if (error instanceof SnapshotFormatError) {
    const { message, offset, ordinal, key } = error;
    // Without a header that can be read there is no rest.
    const isHeader = ordinal === 0 && key === undefined;
    return isHeader || !error.isDamage
      ? error
      : new SnapshotFormatError(message + HINT, { offset, ordinal, ...(key && { key }) });
  }
  return error instanceof DamagedDataError ? new DamagedDataError(error.message + HINT) : error;
}
