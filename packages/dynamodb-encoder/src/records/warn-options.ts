import type { Warn } from '@ekv/snapshot';
import { givenObject, wrongKind } from '@ekv/snapshot/arguments';

/** What becomes of what an operator should know. */
export interface WarnOptions {
  /** Gets one warning for each kind of thing, with a count and an example. Default: nothing is looked for. */
  readonly warn?: Warn | undefined;
}

/** Throws ArgumentError for what is no options, and for a `warn` that is no function. */
export function givenWarn(options: WarnOptions): Warn | undefined {
  const { warn } = givenObject(options, 'the options');
  if (warn !== undefined && typeof warn !== 'function') throw wrongKind(warn, 'warn', 'a function');
  return warn;
}
