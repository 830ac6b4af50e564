import type { ScratchFolder, Warn } from '@ekv/snapshot';
import { givenObject, givenWarn, wrongKind } from '@ekv/snapshot/arguments';

interface CommonOptions {
  readonly scratch?: ScratchFolder | undefined;
  readonly warn?: Warn | undefined;
}

/** Options of a call, of which those that several calls have are checked. Throws ArgumentError. @param call for people. */
export function givenOptions<T extends CommonOptions>(options: T, call: string): T {
  const { warn, scratch } = givenObject(options, `the options of ${call}`);
  givenWarn(warn, call);
  // Another copy of the package has another class.
  if (scratch !== undefined && typeof scratch?.newFile !== 'function')
    throw wrongKind(scratch, `the option "scratch" of ${call}`, 'a ScratchFolder');
  return options;
}
