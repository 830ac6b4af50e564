import type { Warn } from '@ekv/snapshot';
import { wrongKind } from '@ekv/snapshot/arguments';

/** A listener, or none. Throws ArgumentError for what cannot be called. @param owner of the option, for messages. */
export function givenWarn(given: Warn | undefined, owner: () => string): Warn | undefined {
  if (given === undefined || typeof given === 'function') return given;
  throw wrongKind(given, () => `the option "warn" of ${owner()}`, 'a function');
}
