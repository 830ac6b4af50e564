import { runCommand } from './run-command.ts';

void runCommand(process.argv[1] ?? '', process.argv.slice(2));
