import { basename } from 'node:path';

/** The name under which the program was called, when it is one of its names; else the first of them, the usual one. */
export function calledName(...names: readonly [string, ...string[]]): string {
  const called = basename(process.argv[1] ?? '');
  return names.includes(called) ? called : names[0];
}
