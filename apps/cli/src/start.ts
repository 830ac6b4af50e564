import { commandGroup } from '@ekv/command-line';
import { COMMANDS } from './commands.ts';
import { VERSION } from './version.ts';

const EKV = commandGroup({
  description: 'Snapshots of elastickv as trees of plain files, and back.',
  commands: COMMANDS,
  after: '$0 decode --help, or $0 help decode, and so on show flags and examples.',
});

// Each command has a working thread of its own.
const work = `${import.meta.dirname}/encode-work.js`;
void EKV({ name: 'ekv', version: VERSION, work }).run(process.argv.slice(2));
