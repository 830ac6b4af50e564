import type { GivenFlags } from '@ekv/command-line';
import { UsageError } from '@ekv/snapshot';

/** Decimal digits alone: a leading 0 would mean another number elsewhere. */
export function numberOf(flags: GivenFlags, name: string): bigint {
  const text = flags.text(name);
  if (!text) throw new UsageError(`--${name} is required: decimal digits, from 1 on`);
  if (!/^[1-9][0-9]*$/.test(text))
    throw new UsageError(
      `--${name} ${JSON.stringify(text)} must be decimal digits without a sign or leading zeros, from 1 on`,
    );
  return BigInt(text);
}
