import { TreeProblemsError } from '@ekv/dump-tree';
import { type Damage, DamagedDataError, SnapshotFormatError } from '@ekv/snapshot';

const SALVAGE = '; --salvage decodes the rest';
/** Of what looks into a snapshot, and cannot go on without the damaged part. */
export const SALVAGE_OF_DECODE = '; the option salvage of decode takes the rest';

/** Does what may find damage, and tells of the way to the rest in the error for it. Not when it is gone already. */
export function namingSalvage<T>(damage: Damage | undefined, work: () => T, way = SALVAGE): T {
  try {
    return work();
  } catch (error) {
    throw damage !== undefined || isOfHeader(error) ? error : withDamageHint(error, () => way);
  }
}

/** Without a header that can be read there is no rest. */
function isOfHeader(error: unknown): boolean {
  return error instanceof SnapshotFormatError && error.ordinal === 0 && error.key === undefined;
}

/** An error about damage with a hint after its message; every other error as it is. @param hint what else to do. */
export function withDamageHint(error: unknown, hint: () => string): unknown {
  if (error instanceof TreeProblemsError)
    return new TreeProblemsError(error.problems, error.complete, error.hint + hint());
  if (error instanceof DamagedDataError) return new DamagedDataError(error.message + hint());
  if (!(error instanceof SnapshotFormatError) || !error.isDamage) return error;
  const { offset, ordinal, key } = error;
  return new SnapshotFormatError(error.message + hint(), { offset, ordinal, ...(key && { key }) });
}
