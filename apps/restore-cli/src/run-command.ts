import { basename } from 'node:path';
import { runProgram } from '@ekv/command-line';
import { OVERVIEW } from './overview.ts';
import { PREPARE_ALIAS, PREPARE_PROGRAM } from './prepare-program.ts';
import { VERIFY_PROGRAM } from './verify-program.ts';

/** The first word says what is to be done, but under the name of a program that does one thing alone. @param called its path. */
export function runCommand(called: string, words: readonly string[]): Promise<void> {
  if (basename(called) === PREPARE_ALIAS) return runProgram(PREPARE_PROGRAM, words);
  const [first, ...rest] = words;
  if (first === 'prepare') return runProgram(PREPARE_PROGRAM, rest);
  if (first === 'verify') return runProgram(VERIFY_PROGRAM, rest);
  return runProgram(OVERVIEW, words);
}
