/**
 * How often a property is tried: `ordinary` times, or `EKV_RUNS` times as often. Ordinary runs take some seconds at most.
 *
 * @returns what fast-check takes, with no limit of its own on the time.
 */
export function runs(ordinary: number): { readonly numRuns: number } {
  return { numRuns: ordinary * FACTOR };
}

const FACTOR = Math.max(1, Math.floor(Number(process.env.EKV_RUNS ?? 1)) || 1);

/** Of a test that tries a property {@link runs} times. */
export const RUNS_LIMIT_MS = 60_000 * FACTOR;

/** Whether it takes as long as it takes. */
export const IS_LONG: boolean = FACTOR > 1;
