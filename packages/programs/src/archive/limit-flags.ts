import type { GivenFlags } from '@ekv/command-line';
import { UsageError } from '@ekv/snapshot';

/** The value of a flag that is a number from 1 on; `undefined` when it was not given. Throws UsageError. */
export function limitOf(flags: GivenFlags, name: 'max-members' | 'max-bytes'): number | undefined {
  const text = flags.text(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^[1-9][0-9]*$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new UsageError(`--${name} ${JSON.stringify(text)} must be decimal digits, from 1 on`);
}
