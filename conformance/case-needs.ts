import type { GoldenCase } from './golden-case.ts';
import type { Programs } from './run-case.ts';

/** The programs that a case asks for and that are not there yet. */
export function needsOf(golden: GoldenCase, programs: Programs): string[] {
  return [...new Set(golden.steps.map((step) => step.tool).filter((tool) => programs[tool] === undefined))];
}
