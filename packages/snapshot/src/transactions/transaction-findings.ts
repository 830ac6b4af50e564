import { type FindingKind, Findings } from '../findings.ts';
import { printable } from '../printable.ts';
import type { Warn } from '../warning.ts';
import type { TransactionId } from './transaction-table.ts';
import type { TransactionGroup } from './version-cursor.ts';

const NEW_SNAPSHOTS =
  'take snapshots of all groups that lie closer together, or read all rows as of an earlier moment, with the option asOf';

const TORN: FindingKind = {
  event: 'transaction_torn',
  says: 'transactions are in the rows of some groups only: the snapshot of the group that holds their first key was taken before they began there',
  advice: NEW_SNAPSHOTS,
  doubt: true,
};

const MAYBE_TORN: FindingKind = {
  event: 'transaction_maybe_torn',
  says: 'transactions were committed after the snapshot of another group was taken, so that their part there may be missing',
  advice: NEW_SNAPSHOTS,
  doubt: true,
};

const LOST: FindingKind = {
  event: 'transaction_lost_by_node',
  says: 'transactions have a record of their commit, but the node has not stored their write: it loses the second of two writes to keys in several groups with no other commit between them',
  advice: 'no snapshot has these writes; write the keys again where they matter',
  doubt: true,
};

/** Counts transactions of which something is missing, and says so in one warning for each sort. */
export class TransactionFindings {
  readonly #findings = new Findings();
  readonly #asOf: bigint | undefined;
  /** By input: the lowest clock of the others, as a timestamp. */
  readonly #lowestOfOthers: readonly (bigint | undefined)[];
  readonly #groups: readonly TransactionGroup[];
  torn = 0;
  maybeTorn = 0;
  lostByNode = 0;

  /** @param asOf what was committed after it does not count. */
  constructor(groups: readonly TransactionGroup[], asOf: bigint | undefined) {
    this.#asOf = asOf;
    this.#groups = groups;
    this.#lowestOfOthers = lowestOfOthers(groups);
  }

  /** Its first key's group knows nothing of it. */
  addTorn(transaction: TransactionId, committedAt: bigint): void {
    if (this.#isTooYoung(committedAt)) return;
    this.torn++;
    this.#findings.add(TORN, () => nameOf(transaction));
  }

  /** A commit record of an input: was it written before all other snapshots were taken? */
  checkClocks(input: number, transaction: TransactionId, committedAt: bigint): void {
    const lowest = this.#lowestOfOthers[input];
    if (lowest === undefined || committedAt <= lowest || this.#isTooYoung(committedAt)) return;
    this.maybeTorn++;
    this.#findings.add(MAYBE_TORN, () => nameOf(transaction));
  }

  /** Whether a commit record of an input has to have its write. */
  needsWrite(input: number, committedAt: bigint): boolean {
    return committedAt > (this.#groups[input]!.minRetainedTs ?? 0n) && !this.#isTooYoung(committedAt);
  }

  /** @param primary first key of a transaction with a commit record, which has no version from that commit. */
  addLost(primary: Uint8Array, committedAt: bigint): void {
    this.lostByNode++;
    this.#findings.add(LOST, () => `the one of key ${printable(primary)} that was committed at ${committedAt}`);
  }

  report(warn: Warn): void {
    this.#findings.report(warn);
  }

  #isTooYoung(committedAt: bigint): boolean {
    return this.#asOf !== undefined && committedAt > this.#asOf;
  }
}

function nameOf({ primary, start }: TransactionId): string {
  return `the one of key ${printable(primary)} that began at ${start}`;
}

function lowestOfOthers(groups: readonly TransactionGroup[]): (bigint | undefined)[] {
  const clocks = groups.map(({ clockCeilingMs }) => (clockCeilingMs ? clockCeilingMs << 16n : undefined));
  const known = clocks.filter((clock) => clock !== undefined).sort((a, b) => (a < b ? -1 : 1));
  const [lowest, second] = known;
  return clocks.map((clock) => (clock !== undefined && clock === lowest ? second : lowest));
}
