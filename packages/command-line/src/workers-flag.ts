import { MOST_WORKERS } from '@ekv/core/run-control';
import { UsageError } from '@ekv/snapshot';
import type { GivenFlags } from './given-flags.ts';

/** The flag `--workers`, as a command has it. docs/format/08-cli.md, section 1.1. */
export const WORKERS_FLAG = [
  '--workers <number>',
  `threads that work, 1 to ${MOST_WORKERS}: what comes of a run is the same; default: one for each core`,
] as const;

/** A request, and with how many threads it is worked on. */
export type WithWorkers<Request> = Request & { readonly workers?: number };

/** Throws UsageError. */
export function workersOf(flags: GivenFlags): { readonly workers?: number } {
  const text = flags.text('workers');
  if (text === undefined) return {};
  const workers = /^[1-9][0-9]{0,2}$/.test(text) ? Number(text) : 0;
  if (workers >= 1 && workers <= MOST_WORKERS) return { workers };
  throw new UsageError(
    `--workers ${JSON.stringify(text)} must be a whole number from 1 to ${MOST_WORKERS}, in decimal digits`,
  );
}
