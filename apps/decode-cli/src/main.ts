#!/usr/bin/env node
import { runProgram } from '@ekv/command-line';
import { DECODE_PROGRAM } from './decode-program.ts';

await runProgram(DECODE_PROGRAM, process.argv.slice(2));
