import { basename } from 'node:path';

/** Names of the program, the usual one first. */
const NAMES = ['ekv-archive', 'elastickv-snapshot-archive'];

/** The name under which the program was called, when it is one of its names. @param path of the program, as it was called. */
export function calledName(path: string): string {
  const name = basename(path);
  return NAMES.includes(name) ? name : 'ekv-archive';
}
