import { UsageError } from '@ekv/snapshot';

/** Refuses the word for standard input or output where it means nothing. Throws UsageError. */
export function refuseStandardStream(path: string, flag: '--input' | '--output', what: string): void {
  if (path !== '-') return;
  const stream = flag === '--input' ? 'standard input' : 'standard output';
  throw new UsageError(`${flag} -: ${stream} is not supported here; name ${what} (one that is called - is ./-)`);
}
