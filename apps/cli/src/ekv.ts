import { commandGroup, type Definition, type ListedCommand } from '@ekv/command-line';
import { TOPICS } from './topics/topics.ts';

/** `ekv` with its commands. */
export function ekvOf(commands: readonly [ListedCommand, ...ListedCommand[]]): Definition {
  return commandGroup({
    description: 'Snapshots of elastickv as trees of plain files, and back.',
    commands,
    topics: TOPICS,
    after: '$0 decode --help, or $0 help decode, and so on show flags and examples.',
  });
}
