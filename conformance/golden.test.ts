import { describe, expect, test } from 'vitest';
import { findCases } from './golden-case.ts';
import { runCase } from './run-case.ts';
import { GOLDEN, PROGRAMS } from './setting.ts';

describe('golden case', () => {
  for (const golden of findCases(GOLDEN)) {
    test.concurrent(golden.name, async () => {
      const wrong = await runCase(golden, PROGRAMS);
      expect(wrong, golden.about).toBeUndefined();
    });
  }
});
