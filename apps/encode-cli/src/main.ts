#!/usr/bin/env node
// Alone and first: what is loaded later comes when SIGUSR1 has its listener.
import '@ekv/command-line/progress-signal';

const { runProgram } = await import('@ekv/command-line');
const { ENCODE_PROGRAM } = await import('./encode-program.ts');
await runProgram(ENCODE_PROGRAM, process.argv.slice(2));
