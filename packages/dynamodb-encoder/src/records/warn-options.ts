import type { Warn } from '@ekv/snapshot';
import { givenObject, givenWarn } from '@ekv/snapshot/arguments';

/** What becomes of what an operator should know. */
export interface WarnOptions {
  /** Gets one warning for each kind of thing, with a count and an example. Default: nothing is looked for. */
  readonly warn?: Warn | undefined;
}

/** Throws ArgumentError for what is no options, and for a `warn` that is no function. @param call whose options they are. */
export function warnOf(options: WarnOptions, call: string): Warn | undefined {
  return givenWarn(givenObject(options, `the options of ${call}`).warn, call);
}
