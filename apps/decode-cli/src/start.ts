import { runProgram } from '@ekv/command-line';
import { DECODE_PROGRAM } from './decode-program.ts';

void runProgram(DECODE_PROGRAM, process.argv.slice(2));
