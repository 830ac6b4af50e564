import { type Program, programCommand, withSharedFlags } from '@ekv/command-line';
import { UsageError } from '@ekv/snapshot';
import { VERSION } from './version.ts';

const AFTER = `Commands:
  $0 prepare   make the raft directory of a node from a snapshot that ekv-encode wrote
  $0 verify    read a prepared directory again, and say what a node will do with it

  $0 prepare --help and $0 verify --help show their flags and examples.`;

/** What is said when no command is named. */
export const OVERVIEW: Program<never, never> = {
  command: withSharedFlags(
    programCommand({
      names: ['ekv-restore'],
      description: 'Brings a snapshot to nodes that boot from it.',
      version: VERSION,
      after: AFTER,
    }),
  ),
  work: new URL('./work.js', import.meta.url),
  exitCodes: { usage: 1, environment: 1, data: 2, defect: 1 },
  requestOf: () => {
    throw new UsageError('name a command, prepare or verify, as the first word; --help shows examples');
  },
  endingOf: (result) => result,
  cleanUp: () => () => {},
  stopped: 'nothing was done',
};
