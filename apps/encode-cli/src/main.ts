#!/usr/bin/env node
import { runProgram } from '@ekv/command-line';
import { ENCODE_PROGRAM } from './encode-program.ts';

await runProgram(ENCODE_PROGRAM, process.argv.slice(2));
