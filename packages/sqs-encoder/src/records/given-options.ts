import type { ScratchFolder, Warn } from '@ekv/snapshot';
import { givenFields, givenObject, givenWarn, wrongKind } from '@ekv/snapshot/arguments';

interface CommonOptions {
  readonly scratch?: ScratchFolder | undefined;
  readonly warn?: Warn | undefined;
}

/**
 * Options of a call, of which those that several calls have are checked. Throws ArgumentError, also for one that is not known.
 *
 * @param call for people.
 */
export function givenOptions<T extends CommonOptions>(
  options: T,
  known: ReadonlyArray<keyof T & string>,
  call: string,
): T {
  const { warn, scratch } = givenFields(givenObject(options, `the options of ${call}`), known, call, 'option');
  givenWarn(warn, call);
  // Another copy of the package has another class.
  if (scratch !== undefined && typeof scratch?.newFile !== 'function')
    throw wrongKind(scratch, `the option "scratch" of ${call}`, 'a ScratchFolder');
  return options;
}
