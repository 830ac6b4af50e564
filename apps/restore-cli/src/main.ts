#!/usr/bin/env node
// Alone and first: what is loaded later comes when SIGUSR1 has its listener.
import '@ekv/command-line/progress-signal';

void import('./start.ts');
