import { writeSync } from 'node:fs';
import { isNewEnough } from './oldest-node.ts';

const STANDARD_OUTPUT = 1;

/**
 * Answers `--version` where it is the whole command line, before the flags of a program are loaded: that takes longer than all else.
 * Whatever is not as usual is left to the run.
 *
 * @param words of the command line.
 * @returns whether it was that, and has been answered.
 */
export function answeredVersion(words: readonly string[], version: string): boolean {
  if (words.length !== 1 || words[0] !== '--version' || !isNewEnough(process.versions.node)) return false;
  try {
    writeSync(STANDARD_OUTPUT, `${version}\n`);
    return true;
  } catch {
    return false;
  }
}
