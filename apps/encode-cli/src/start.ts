import { runProgram } from '@ekv/command-line';
import { ENCODE_PROGRAM } from './encode-program.ts';

void runProgram(ENCODE_PROGRAM, process.argv.slice(2));
