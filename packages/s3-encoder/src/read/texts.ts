import { millisecondsOf } from '@ekv/snapshot';

/** Empty texts are like absent ones. */
export function textOf(text: Buffer): string | undefined {
  return text.length === 0 ? undefined : text.toString();
}

/** @param clock value of a server; 0 = not known. */
export function dateOf(clock: bigint): Date | undefined {
  return clock === 0n ? undefined : new Date(Number(millisecondsOf(clock)));
}
