import { describe, expect, test } from 'vitest';
import { findCases } from './golden-case.ts';
import { runCase } from './run-case.ts';
import { GOLDEN, PROGRAMS, readNotYet } from './setting.ts';

const cases = findCases(GOLDEN);
const notYet = readNotYet();
const names = new Set(cases.map((golden) => golden.name));

describe('golden case', () => {
  for (const golden of cases.filter(({ name }) => !(name in notYet.cases))) {
    test.concurrent(golden.name, async () => {
      const wrong = await runCase(golden, PROGRAMS);
      expect(wrong, golden.about).toBeUndefined();
    });
  }
});

describe('golden case that cannot pass yet', () => {
  for (const golden of cases.filter(({ name }) => name in notYet.cases)) {
    test.concurrent(`${golden.name} (needs ${notYet.cases[golden.name]?.join(', ')})`, async () => {
      const wrong = await runCase(golden, PROGRAMS);
      expect(wrong, 'the case passes now: take it off not-yet.json').toBeDefined();
    });
  }
});

describe('not-yet.json', () => {
  test('names only cases that exist', () => {
    expect(Object.keys(notYet.cases).filter((name) => !names.has(name))).toEqual([]);
  });

  test('gives a reason for every need, and no reason without a case', () => {
    const needs = new Set(Object.values(notYet.cases).flat());
    expect(new Set(Object.keys(notYet.reasons))).toEqual(needs);
  });
});
