import { runProgram } from '@ekv/command-line';
import { calledName } from './called-name.ts';
import { listProgram } from './list-program.ts';
import { overview } from './overview.ts';
import { packProgram } from './pack-program.ts';
import { unpackProgram } from './unpack-program.ts';
import { verifyProgram } from './verify-program.ts';

/** The first word says what is to be done. @param path of the program, as it was called. */
export function runCommand(path: string, words: readonly string[]): Promise<void> {
  const called = calledName(path);
  const [first = '', ...rest] = words;
  if (first === 'pack') return runProgram(packProgram(called), rest);
  if (first === 'unpack') return runProgram(unpackProgram(called), rest);
  if (first === 'verify') return runProgram(verifyProgram(called), rest);
  if (first === 'list') return runProgram(listProgram(called), rest);
  return isCommand(first) ? runProgram(overview(called, first), []) : runProgram(overview(called), words);
}

function isCommand(word: string): boolean {
  return word !== '' && !word.startsWith('-') && word !== 'help' && word !== 'version';
}
