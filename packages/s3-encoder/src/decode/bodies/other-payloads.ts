import type { RowSource } from '@ekv/snapshot';

/** Where the offsets of the first other snapshot begin: above those of every file, and a double holds it exactly. */
const FIRST_BASE = 2 ** 52;
/** Above the size of every file. 256 of them fit below 2^53. */
const STRIDE = 2 ** 44;

/** What an offset in another snapshot is among those of all. */
export function offsetIn(other: number, offset: number): number {
  return FIRST_BASE + other * STRIDE + offset;
}

/** A snapshot whose bodies may stand in others too: {@link offsetIn} says where. All else is its own. */
export function withOtherBodies(source: RowSource, others: readonly RowSource[]): RowSource {
  if (others.length === 0) return source;
  return {
    path: source.path,
    lastCommitTs: source.lastCommitTs,
    damage: source.damage,
    rows: (prefix, options) => source.rows(prefix, options),
    count: (prefix) => source.count(prefix),
    knows: (prefix) => source.knows(prefix),
    leaveOut: (error, kind) => source.leaveOut(error, kind),
    attempt: (check, kind) => source.attempt(check, kind),
    located: (error) => source.located(error),
    readAt: (offset, into) => {
      if (offset < FIRST_BASE) return source.readAt(offset, into);
      const other = Math.floor((offset - FIRST_BASE) / STRIDE);
      others[other]!.readAt(offset - offsetIn(other, 0), into);
    },
  };
}
