import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** A program of its own: publishes a tree for two groups and is killed at a rename, before it or after it. */
const [folder, runId, moment] = process.argv.slice(2) as [string, string, 'before' | 'after'];

const { renameSync } = fs;
Object.assign(fs, {
  renameSync: (from: string, to: string) => {
    if (moment === 'after') renameSync(from, to);
    process.kill(process.pid, 'SIGKILL');
  },
});
syncBuiltinESMExports();

const { publishGroups } = await import('./publish-groups.ts');
publishGroups(
  {
    input: `${folder}/tree`,
    output: `${folder}/place/out`,
    adapters: ['redis'],
    toolVersion: 'ekv/test',
    groups: ':m=1,m:=2',
  },
  { runId },
);
