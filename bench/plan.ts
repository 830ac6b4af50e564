import type { CaseName } from './case-names.ts';
import { caseOf, type Results } from './results.ts';
import type { Round } from './steps.ts';

/** What a user asked for. */
export interface Wanted {
  readonly cases: readonly CaseName[];
  readonly workers: readonly number[];
  readonly runs: number;
}

/** The rounds that are missing, in the order in which they are measured: all cases once, all once more, and so on. */
export function missingRounds({ cases, workers, runs }: Wanted, results: Results): CaseName[] {
  const missing: CaseName[] = [];
  for (let run = 0; run < runs; run++) {
    for (const name of cases) if (completeRounds(name, workers, results) <= run) missing.push(name);
  }
  return missing;
}

function completeRounds(name: CaseName, workers: readonly number[], results: Results): number {
  const rounds = caseOf(results, name)?.rounds ?? [];
  return rounds.filter((round) => workers.every((count) => hasWorkers(round, count))).length;
}

function hasWorkers({ programs }: Round, count: number): boolean {
  return programs.some(({ program, workers }) => program === 'encode' && workers === count);
}

/** A round without any earlier one to judge by: start and checks, and so much for each record or MiB. */
const FIRST_GUESS = { seconds: 15, perSize: 0.0006 };
const GUESS_PER_MIB = 0.05;

/** How long a round will take, in seconds: as the earlier ones did, or those of another size of the shape in proportion. */
export function secondsOf(name: CaseName, results: Results): number {
  const own = caseOf(results, name)?.rounds ?? [];
  if (own.length > 0) return own.reduce((sum, { seconds }) => sum + seconds, 0) / own.length;
  const like = results.cases.find(({ shape, rounds }) => shape === name.shape && rounds.length > 0);
  if (like !== undefined) return Math.max(1, (secondsOf(like, results) * name.size) / like.size);
  const perSize = name.shape === 'large-object' ? GUESS_PER_MIB : FIRST_GUESS.perSize;
  return FIRST_GUESS.seconds + name.size * perSize;
}

/** Of several rounds. */
export function secondsOfAll(names: readonly CaseName[], results: Results): number {
  return names.reduce((sum, name) => sum + secondsOf(name, results), 0);
}
