#!/usr/bin/env node
// Alone and first: what is loaded later comes when SIGUSR1 has its listener.
import '@ekv/command-line/progress-signal';

const { runCommand } = await import('./run-command.ts');
await runCommand(process.argv[1] ?? '', process.argv.slice(2));
