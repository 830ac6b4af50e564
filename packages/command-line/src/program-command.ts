import { Command, Option } from 'commander';
import { calledName } from './run-program.ts';

export interface ProgramCommandOptions {
  /** The program's names, the usual one first. */
  readonly names: readonly [string, ...string[]];
  readonly description: string;
  readonly version: string;
  /** Shown behind the flags: examples, exit codes. `$0` stands for the program's name. */
  readonly after: string;
}

const HELP_WIDTH = 110;

/** A command with the flags that all programs have; the program adds its own. */
export function programCommand({ names, description, version, after }: ProgramCommandOptions): Command {
  const name = calledName(names);
  return new Command(name)
    .description(description)
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .configureHelp({ helpWidth: HELP_WIDTH })
    .addHelpText('after', `\n${after.replaceAll('$0', name)}`)
    .option('--quiet', 'print warnings and errors only')
    .option('--json', 'print one JSON object with the result on standard output')
    .addOption(new Option('--log-format <format>', 'form of the lines on standard error').choices(['text', 'json']));
}
