#!/usr/bin/env node
// Alone and first: what is loaded later comes when SIGUSR1 has its listener.
import '@ekv/command-line/progress-signal';

const { runProgram } = await import('@ekv/command-line');
const { DECODE_PROGRAM } = await import('./decode-program.ts');
await runProgram(DECODE_PROGRAM, process.argv.slice(2));
