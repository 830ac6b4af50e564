#!/usr/bin/env node
// First: what is loaded later comes when SIGUSR1 has its listener.
import '@ekv/command-line/progress-signal';
import { answeredVersion } from '@ekv/command-line/answered-version';
import { VERSION } from './version.ts';

if (!answeredVersion(process.argv.slice(2), VERSION)) void import('./start.ts');
