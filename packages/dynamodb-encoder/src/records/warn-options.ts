import type { Warn } from '@ekv/snapshot';
import { givenFields, givenObject, givenWarn } from '@ekv/snapshot/arguments';

/** What becomes of what an operator should know. */
export interface WarnOptions {
  /** Gets one warning for each kind of thing, with a count and an example. Default: nothing is looked for. */
  readonly warn?: Warn | undefined;
}

const OPTIONS: ReadonlyArray<keyof WarnOptions> = ['warn'];

/** Throws ArgumentError for anything but an object, for options other than `warn`, and when that is not a function. @param call whose options they are. */
export function warnOf(options: WarnOptions, call: string): Warn | undefined {
  const { warn } = givenFields(givenObject(options, `the options of ${call}`), OPTIONS, call, 'option');
  return givenWarn(warn, call);
}
