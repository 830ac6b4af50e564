import { availableParallelism } from 'node:os';
import { UsageError } from '@ekv/snapshot';

/** More threads than this wait for each other on every machine. */
export const MOST_WORKERS = 256;

/** How many threads a run works with, its own included: as many as were asked for, else one per available core. Throws UsageError. */
export function givenWorkers(workers: number | undefined): number {
  if (workers === undefined) return Math.min(availableParallelism(), MOST_WORKERS);
  if (Number.isInteger(workers) && workers >= 1 && workers <= MOST_WORKERS) return workers;
  throw new UsageError(`the option workers must be a whole number from 1 to ${MOST_WORKERS}, not ${String(workers)}`);
}
