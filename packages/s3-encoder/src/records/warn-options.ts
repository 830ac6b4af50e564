import type { Warn } from '@ekv/snapshot';
import { givenObject, wrongKind } from '@ekv/snapshot/arguments';

/** What becomes of what an operator should know. */
export interface WarnOptions {
  /** Gets one warning for each kind of thing, with a count and an example. Default: nothing is looked for. */
  readonly warn?: Warn | undefined;
}

/** Throws ArgumentError for what is no options, and for a `warn` that is no function. @param call for messages. */
export function givenWarn(options: WarnOptions, call: string): Warn | undefined {
  const { warn } = givenObject(options, () => `the options of ${call}`);
  if (warn !== undefined && typeof warn !== 'function') throw wrongKind(warn, () => `warn of ${call}`, 'a function');
  return warn;
}
