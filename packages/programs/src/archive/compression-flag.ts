import type { Compression } from '@ekv/archive';
import type { GivenFlags } from '@ekv/command-line';
import { UsageError } from '@ekv/snapshot';

/** `undefined` when it was not given. Throws UsageError. */
export function compressionOf(flags: GivenFlags): Compression | undefined {
  const value = flags.text('compression');
  if (value === undefined || value === 'zstd' || value === 'none') return value;
  throw new UsageError(`--compression must be zstd or none, not ${JSON.stringify(value)}`);
}
