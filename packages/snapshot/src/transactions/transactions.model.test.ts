import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { ScratchFolder } from '../sort/scratch.ts';
import { resolveTransactions } from './resolve-transactions.ts';
import {
  at,
  expectedOf,
  GROUPS,
  inputsOf,
  type ModelCut,
  type ModelTransaction,
  stepsOf,
} from './transaction-model.test-data.ts';
import { textsOf } from './transactions.test-data.ts';

const scratch = new ScratchFolder();
afterAll(() => scratch.remove());

const transaction: fc.Arbitrary<ModelTransaction> = fc.record({
  keys: fc.uniqueArray(fc.tuple(fc.nat(GROUPS - 1), fc.nat(2)), {
    minLength: 2,
    maxLength: 6,
    selector: ([group, key]) => `${group}${key}`,
  }),
  ends: fc.constantFrom<'commit' | 'abort'>('commit', 'commit', 'abort'),
  startsClose: fc.boolean(),
  isLost: fc.constantFrom(false, false, true),
});

function resolved(transactions: readonly ModelTransaction[], cut: ModelCut) {
  const { asOf } = cut;
  const found = resolveTransactions(inputsOf(transactions, cut), { scratch, asOf });
  const added = textsOf(found.added()).sort();
  found.close();
  return { added, counts: found.counts };
}

/** More with EKV_RUNS, as in packages/core. */
const RUNS = 60 * (Number(process.env.EKV_RUNS ?? 1) || 1);
const WITHOUT_CLOCKS = { ceilings: [], retained: [] };

test('stopped at every step of its life, in each group at another one, a transaction ends by one of the five rules', () => {
  const shapes: ModelTransaction['keys'][] = [
    [
      [0, 0],
      [0, 2],
      [1, 1],
    ],
    [
      [0, 1],
      [1, 2],
      [2, 0],
    ],
  ];
  const rules = new Set<number>();
  for (const keys of shapes) {
    for (const lives of [{ ends: 'commit' }, { ends: 'abort' }, { ends: 'commit', isLost: true }] as const) {
      const one = { keys, startsClose: false, isLost: false, ...lives };
      for (const cuts of allCuts(one)) {
        const { rules: found, ...want } = expectedOf([one], { cuts, ...WITHOUT_CLOCKS });
        expect(resolved([one], { cuts, ...WITHOUT_CLOCKS })).toEqual(want);
        for (const rule of found) rules.add(rule);
      }
    }
  }
  expect([...rules].sort()).toEqual([1, 2, 3, 4, 5]);
});

/** Each group saved before its first step, or after any of its own. */
function allCuts(one: ModelTransaction): number[][] {
  const steps = stepsOf(one, 0);
  const places = Array.from({ length: GROUPS }, (_, group) => [
    0,
    ...steps.flatMap((step, i) => (step.group === group ? [i + 1] : [])),
  ]);
  return places.reduce<number[][]>((cuts, own) => cuts.flatMap((cut) => own.map((place) => [...cut, place])), [[]]);
}

const small = fc.option(fc.nat(60), { nil: undefined });
const cut: fc.Arbitrary<ModelCut> = fc.record({
  cuts: fc.array(fc.nat(40), { minLength: GROUPS, maxLength: GROUPS }),
  ceilings: fc.array(
    small.map((ms) => (ms === undefined ? undefined : BigInt(ms))),
    { minLength: GROUPS, maxLength: GROUPS },
  ),
  retained: fc.array(
    small.map((ms) => (ms === undefined ? undefined : at(ms))),
    { minLength: GROUPS, maxLength: GROUPS },
  ),
  asOf: small.map((ms) => (ms === undefined ? undefined : at(ms))),
  missing: fc.option(fc.nat(GROUPS - 1), { nil: undefined, freq: 3 }),
});

test('whenever each group was saved, a prepared write counts if and only if some group saw the commit; torn, maybe torn and lost ones are counted', () => {
  fc.assert(
    fc.property(fc.array(transaction, { minLength: 1, maxLength: 5 }), cut, (transactions, cut) => {
      const { rules: _, ...want } = expectedOf(transactions, cut);
      expect(resolved(transactions, cut)).toEqual(want);
    }),
    { numRuns: RUNS },
  );
});
