import {
  aborted,
  commitRecord,
  finished,
  GivenInputs,
  type GivenVersion,
  prepared,
  rollbackRecord,
} from './transactions.test-data.ts';

/** Groups of the model; keys `g0` to `g2` lie in group g. */
export const GROUPS = 3;

/** A transaction over groups, as a client sees it. */
export interface ModelTransaction {
  readonly keys: ReadonlyArray<readonly [group: number, key: number]>;
  readonly ends: 'commit' | 'abort';
  /** It starts at the very timestamp at which the one before it was committed. */
  readonly startsClose: boolean;
  /** The node takes what the group of the first key prepares for a repeat, and stores nothing of it but the record. */
  readonly isLost: boolean;
}

/** What each group knew when it was saved, and how the snapshots are read. */
export interface ModelCut {
  /** By group: how many steps of all groups had been taken. */
  readonly cuts: readonly number[];
  /** By group, milliseconds. */
  readonly ceilings: ReadonlyArray<bigint | undefined>;
  /** By group, a timestamp. */
  readonly retained: ReadonlyArray<bigint | undefined>;
  readonly asOf?: bigint | undefined;
  /** Of which no snapshot is read. */
  readonly missing?: number | undefined;
}

interface Step {
  readonly transaction: number;
  readonly group: number;
  readonly does: 'prepare' | 'end';
  readonly versions: readonly GivenVersion[];
}

/** A commit timestamp of the model: its milliseconds are small numbers, as the ceilings are. */
export function at(milliseconds: number): bigint {
  return BigInt(milliseconds) << 16n;
}

const startOf = ({ startsClose }: ModelTransaction, index: number) =>
  at(startsClose && index > 0 ? index * 10 - 4 : index * 10 + 1);
const endOf = (index: number) => at(index * 10 + 6);
const primaryGroupOf = ({ keys }: ModelTransaction) => Math.min(...keys.map(([group]) => group));

/** What a server does, group by group: prepare in ascending order, end in the group of the first key first. */
export function stepsOf(transaction: ModelTransaction, index: number): Step[] {
  const { keys, ends, isLost } = transaction;
  const names = keys.map(([group, key]) => ({ group, key: `${group}${key}` })).sort((a, b) => (a.key < b.key ? -1 : 1));
  const primary = names[0]!.key;
  const start = startOf(transaction, index);
  const end = endOf(index);
  const groups = [...new Set(names.map(({ group }) => group))];
  const step = (group: number, does: Step['does']): Step => {
    const isPrimary = group === names[0]!.group;
    const own = isLost && isPrimary ? [] : names.filter((name) => name.group === group).map(({ key }) => key);
    const value = (key: string) => (key.endsWith('2') ? undefined : `of ${index}`);
    if (does === 'prepare') {
      const versions = own.flatMap((key) => prepared(key, { primary, start }, value(key)));
      return { transaction: index, group, does, versions };
    }
    const record = ends === 'commit' ? commitRecord(primary, start, end) : rollbackRecord(primary, start, end);
    const versions = own.flatMap((key) => (ends === 'commit' ? finished(key, end, value(key)) : aborted(key, end)));
    return { transaction: index, group, does, versions: isPrimary ? [...versions, record] : versions };
  };
  return [...groups.map((group) => step(group, 'prepare')), ...groups.map((group) => step(group, 'end'))];
}

/** The snapshots of the groups after the steps that each of them has seen. */
export function inputsOf(transactions: readonly ModelTransaction[], cut: ModelCut): GivenInputs {
  const seen = seenOf(transactions, cut);
  const groups = [...Array(GROUPS).keys()].filter((group) => group !== cut.missing);
  return new GivenInputs(
    groups.map((group) => ({
      versions: asStored(seen.filter((step) => step.group === group)),
      clockCeilingMs: cut.ceilings[group],
      minRetainedTs: cut.retained[group],
    })),
    cut.missing === undefined ? undefined : String(cut.missing),
  );
}

/** A version that is written twice is there once, as it was written last. */
function asStored(steps: readonly Step[]): GivenVersion[] {
  const versions = steps.flatMap((step) => step.versions);
  return [...new Map(versions.map((version) => [version.encoded.toString('latin1'), version])).values()];
}

function seenOf(transactions: readonly ModelTransaction[], { cuts, missing }: ModelCut): Step[] {
  return transactions.flatMap(stepsOf).filter(({ group }, i) => i < cuts[group]! && group !== missing);
}

/** What must come of it, by what the server did and not by what it left; and the rule that says so for each that is open. */
export function expectedOf(transactions: readonly ModelTransaction[], cut: ModelCut) {
  const seen = seenOf(transactions, cut);
  const has = (index: number, does: Step['does'], group?: number) =>
    seen.some((step) => step.transaction === index && step.does === does && (group ?? step.group) === step.group);
  const added: string[] = [];
  const rules: number[] = [];
  const counts = { committed: 0, rolledBack: 0, undecided: 0, torn: 0, maybeTorn: 0, lostByNode: 0 };
  for (const [index, transaction] of transactions.entries()) {
    const { keys, ends, isLost } = transaction;
    const primary = primaryGroupOf(transaction);
    const open = keys.filter(
      ([group]) => has(index, 'prepare', group) && !has(index, 'end', group) && !(isLost && group === primary),
    );
    const isEnded = has(index, 'end');
    const hasRecord = has(index, 'end', primary);
    const isCommitted = isEnded && ends === 'commit';
    if (open.length > 0) {
      if (!isEnded) counts.undecided++;
      else if (isCommitted) counts.committed++;
      else counts.rolledBack++;
      rules.push(isEnded ? (hasRecord ? 1 : 3) + (ends === 'commit' ? 0 : 1) : 5);
    }
    if (!isCommitted) continue;
    for (const [group, key] of open) added.push(`${group}${key}@${endOf(index)}${key === 2 ? '' : `=of ${index}`}`);
    if (cut.asOf !== undefined && endOf(index) > cut.asOf) continue;
    const knows = hasRecord || (has(index, 'prepare', primary) && !isLost);
    if (!knows && primary !== cut.missing) counts.torn++;
    if (!hasRecord) continue;
    const isAfter = (group: number) =>
      group !== primary && group !== cut.missing && isAbove(cut.ceilings[group], index);
    if ([...Array(GROUPS).keys()].some(isAfter)) counts.maybeTorn++;
    if (isLost && endOf(index) > (cut.retained[primary] ?? 0n)) counts.lostByNode++;
  }
  return { added: added.sort(), counts, rules };
}

/** Whether a transaction was committed above the clock of a group. */
function isAbove(ceilingMs: bigint | undefined, index: number): boolean {
  return ceilingMs !== undefined && ceilingMs !== 0n && endOf(index) > ceilingMs << 16n;
}
