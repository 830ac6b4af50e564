import { RowError } from '../errors.ts';
import type { CheckedSnapshot } from '../read/checked-snapshot.ts';
import { LOCK_ROWS, readLock } from './transaction-rows.ts';

/** A transaction that holds locks. */
export interface OpenTransaction {
  /** The first key that it writes, a stored key. */
  readonly primary: Buffer;
  /** When it began, a commit timestamp. */
  readonly start: bigint;
  /** Keys that it has locked. */
  readonly locks: number;
  /** Some of these, stored keys; 10 at most. */
  readonly keys: readonly Buffer[];
}

const MOST_KEYS = 10;
/** Of stored keys. */
const LONGEST_KEY = 4096;

type Open = { -readonly [K in keyof OpenTransaction]: OpenTransaction[K] } & { readonly keys: Buffer[] };

/**
 * The transactions that hold the locks in a snapshot, the oldest first. Long keys are cut to 4 KiB; locks that cannot be read are left out.
 *
 * @param most that are given; memory is for twice as many. @throws ArgumentError when the family of locks was not named to the check.
 */
export function openTransactions(source: CheckedSnapshot, most: number): OpenTransaction[] {
  const open = new Map<string, Open>();
  for (const row = source.rows(LOCK_ROWS); row.next(); ) {
    const { bytes, keyStart, keyEnd, valueStart, valueEnd, offset } = row;
    const refused = (rule: string) => new RowError(rule, { offset, key: bytes.subarray(keyStart, keyEnd) });
    const lock = attempt(() => readLock({ bytes, valueStart, valueEnd, refused }));
    if (lock === undefined) continue;
    const primary = cut(bytes, lock.primaryStart, lock.primaryEnd);
    const id = `${lock.start} ${primary.toString('latin1')}`;
    const found: Open = open.get(id) ?? { primary, start: lock.start, locks: 0, keys: [] };
    open.set(id, found);
    found.locks++;
    if (found.keys.length < MOST_KEYS) found.keys.push(cut(bytes, keyStart + LOCK_ROWS.length, keyEnd));
    if (open.size > 2 * most) for (const one of byStart(open).slice(most)) open.delete(one.id);
  }
  return byStart(open)
    .slice(0, most)
    .map(({ transaction }) => transaction);
}

function byStart(open: ReadonlyMap<string, Open>) {
  const all = Array.from(open, ([id, transaction]) => ({ id, transaction }));
  return all.sort((a, b) => (a.transaction.start < b.transaction.start ? -1 : 1));
}

function cut(bytes: Buffer, start: number, end: number): Buffer {
  return Buffer.from(bytes.subarray(start, Math.min(end, start + LONGEST_KEY)));
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof RowError) return undefined;
    throw error;
  }
}
