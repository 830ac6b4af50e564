import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { CaseName } from './case-names.ts';
import type { TreeSize } from './generate-tree.ts';
import type { Machine } from './machine.ts';
import type { SystemCalls } from './measured-case.ts';
import type { Round } from './steps.ts';

/** What must be the same for figures to stand in one table. */
export interface Conditions {
  readonly machine: Machine;
  /** Digest of the build. */
  readonly build: string;
  readonly valueBytes: number;
  readonly seed: number;
}

/** All that was measured of one shape at one size. */
export interface CaseResults extends CaseName {
  readonly tree: TreeSize;
  readonly snapshotBytes: number;
  readonly rounds: readonly Round[];
  /** Of one run of each program, where they were counted. */
  readonly systemCalls?: readonly SystemCalls[];
}

export interface Results {
  readonly conditions: Conditions;
  /** Day of the last round, UTC. */
  readonly date: string;
  readonly cases: readonly CaseResults[];
}

/**
 * Gives the results of earlier sittings; none when there is no such file. Throws an Error when they were measured under other
 * conditions, and says which.
 */
export function readResults(path: string, conditions: Conditions): Results {
  if (!existsSync(path)) return { conditions, date: '', cases: [] };
  // JSON has no NaN, which stands for what this system cannot say.
  const results: Results = JSON.parse(readFileSync(path, 'utf8'), (_, value) => (value === null ? Number.NaN : value));
  const other = (Object.keys(conditions) as (keyof Conditions)[]).filter(
    (name) => !isDeepStrictEqual(results.conditions[name], conditions[name]),
  );
  if (other.length === 0) return results;
  throw new Error(
    `${path} was measured with another ${other.join(' and ')}: name another file with --results, or begin anew with --fresh`,
  );
}

/** Replaces the file as a whole, so that a sitting can be stopped at any moment. */
export function keepResults(path: string, results: Results): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, `${JSON.stringify(results, null, 1)}\n`);
  renameSync(`${path}.new`, path);
}

/** Gives the results with these of one case in the place of what they had. */
export function withCase(results: Results, measured: CaseResults): Results {
  const others = results.cases.filter((known) => !isSameCase(known, measured));
  const cases = [...others, measured].sort((a, b) => a.shape.localeCompare(b.shape) || a.size - b.size);
  return { ...results, date: new Date().toISOString().slice(0, 10), cases };
}

export function caseOf(results: Results, name: CaseName): CaseResults | undefined {
  return results.cases.find((known) => isSameCase(known, name));
}

function isSameCase(a: CaseName, b: CaseName): boolean {
  return a.shape === b.shape && a.size === b.size;
}
