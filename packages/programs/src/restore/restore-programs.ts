import { commandGroup } from '@ekv/command-line';
import { PREPARE } from './prepare-program.ts';
import { VERIFY } from './verify-program.ts';

export { PREPARE };

/** `ekv restore`. docs/format/07-restore.md, sections 2 and 5. */
export const RESTORE = commandGroup({
  description: 'Brings a snapshot to nodes that boot from it.',
  commands: [
    {
      name: 'prepare',
      summary: 'make the raft directory of a node from a snapshot that ekv-encode wrote',
      load: () => PREPARE,
    },
    {
      name: 'verify',
      summary: 'read a prepared directory again, and say what a node will do with it',
      load: () => VERIFY,
    },
  ],
  after: '$0 prepare --help and $0 verify --help show their flags and examples.',
});
