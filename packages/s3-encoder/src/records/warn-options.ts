import type { Warn } from '@ekv/snapshot';
import { givenFields, givenObject, givenWarn } from '@ekv/snapshot/arguments';

/** What becomes of what an operator should know. */
export interface WarnOptions {
  /** Gets one warning for each kind of thing, with a count and an example. Default: nothing is looked for. */
  readonly warn?: Warn | undefined;
}

/**
 * Throws ArgumentError for anything but an object, for options that are not known, and for a `warn` that is not a function.
 *
 * @param call whose options they are, for people. @param others that it has beside `warn`.
 */
export function warnOf(options: WarnOptions, call: string, others: readonly string[] = []): Warn | undefined {
  const { warn } = givenFields(
    givenObject(options, () => `the options of ${call}`),
    ['warn', ...others],
    call,
    'option',
  );
  return givenWarn(warn, call);
}
