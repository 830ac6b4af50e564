import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { ScratchFolder } from '../sort/scratch.ts';
import { resolveTransactions } from './resolve-transactions.ts';
import {
  aborted,
  commitRecord,
  finished,
  GivenInputs,
  type GivenVersion,
  prepared,
  rollbackRecord,
  textsOf,
} from './transactions.test-data.ts';

const scratch = new ScratchFolder();
afterAll(() => scratch.remove());

const GROUPS = 3;

/** Key `g0` to `g2` of group g. */
const transaction = fc.record({
  keys: fc.uniqueArray(fc.tuple(fc.nat(GROUPS - 1), fc.nat(2)), {
    minLength: 2,
    maxLength: 6,
    selector: ([group, key]) => `${group}${key}`,
  }),
  ends: fc.constantFrom<'commit' | 'abort'>('commit', 'commit', 'abort'),
});
type Transaction = typeof transaction extends fc.Arbitrary<infer T> ? T : never;

interface Step {
  readonly transaction: number;
  readonly group: number;
  readonly does: 'prepare' | 'end';
  readonly versions: readonly GivenVersion[];
}

/** What a server does, group by group: prepare in ascending order, end in the group of the first key first. */
function stepsOf({ keys, ends }: Transaction, index: number): Step[] {
  const names = keys.map(([group, key]) => ({ group, key: `${group}${key}` })).sort((a, b) => (a.key < b.key ? -1 : 1));
  const primary = names[0]!.key;
  const start = BigInt(index * 10 + 1);
  const end = start + 5n;
  const groups = [...new Set(names.map(({ group }) => group))];
  const step = (group: number, does: Step['does']): Step => {
    const own = names.filter((name) => name.group === group).map(({ key }) => key);
    const value = (key: string) => (key.endsWith('2') ? undefined : `of ${index}`);
    if (does === 'prepare') {
      return {
        transaction: index,
        group,
        does,
        versions: own.flatMap((key) => prepared(key, { primary, start }, value(key))),
      };
    }
    const record = ends === 'commit' ? commitRecord(primary, start, end) : rollbackRecord(primary, start, end);
    const versions = own.flatMap((key) => (ends === 'commit' ? finished(key, end, value(key)) : aborted(key, end)));
    return { transaction: index, group, does, versions: own.includes(primary) ? [...versions, record] : versions };
  };
  return [...groups.map((group) => step(group, 'prepare')), ...groups.map((group) => step(group, 'end'))];
}

test('whenever each group was saved, a prepared write counts if and only if some group saw the commit', () => {
  fc.assert(
    fc.property(
      fc.array(transaction, { minLength: 1, maxLength: 5 }),
      fc.array(fc.nat(40), { minLength: GROUPS, maxLength: GROUPS }),
      (transactions, cuts) => {
        const all = transactions.flatMap(stepsOf);
        const seen = all.filter(({ group }, i) => i < cuts[group]!);
        const has = (index: number, does: Step['does'], group?: number) =>
          seen.some((step) => step.transaction === index && step.does === does && (group ?? step.group) === step.group);
        const want: string[] = [];
        const counts = { committed: 0, rolledBack: 0, undecided: 0, torn: 0, maybeTorn: 0, lostByNode: 0 };
        for (const [index, { keys, ends }] of transactions.entries()) {
          const primaryGroup = Math.min(...keys.map(([group]) => group));
          const open = keys.filter(([group]) => has(index, 'prepare', group) && !has(index, 'end', group));
          const isEnded = has(index, 'end');
          if (open.length > 0) {
            if (!isEnded) counts.undecided++;
            else if (ends === 'commit') counts.committed++;
            else counts.rolledBack++;
          }
          const committed = isEnded && ends === 'commit';
          if (committed && !has(index, 'prepare', primaryGroup)) counts.torn++;
          if (!committed) continue;
          for (const [group, key] of open)
            want.push(`${group}${key}@${index * 10 + 6}${key === 2 ? '' : `=of ${index}`}`);
        }
        const versions = Array.from({ length: GROUPS }, (_, group) =>
          seen.filter((step) => step.group === group).flatMap((step) => step.versions),
        );
        const resolved = resolveTransactions(new GivenInputs(versions.map((one) => ({ versions: one }))), { scratch });
        expect(textsOf(resolved.added()).sort()).toEqual(want.sort());
        resolved.close();
        expect(resolved.counts).toEqual(counts);
      },
    ),
    { numRuns: 60 },
  );
});
