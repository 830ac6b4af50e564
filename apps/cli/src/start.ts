import { COMMANDS } from './commands.ts';
import { ekvOf } from './ekv.ts';
import { VERSION } from './version.ts';

// Each command has a working thread of its own.
const work = `${import.meta.dirname}/encode-work.js`;
void ekvOf(COMMANDS)({ name: 'ekv', version: VERSION, work }).run(process.argv.slice(2));
