import { basename } from 'node:path';
import { Command, Option } from 'commander';

export interface ProgramCommandOptions {
  /** The program's names, the usual one first. */
  readonly names: readonly [string, ...string[]];
  readonly description: string;
  readonly version: string;
  /** Shown behind the flags: examples, exit codes. `$0` stands for the program's name. */
  readonly after: string;
}

const HELP_WIDTH = 110;

/** A command with its help; the program adds its flags, and behind them {@link withSharedFlags}. */
export function programCommand({ names, description, version, after }: ProgramCommandOptions): Command {
  const name = calledName(names);
  return new Command(name)
    .description(description)
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .configureHelp({ helpWidth: HELP_WIDTH, visibleOptions: versionLast })
    .addHelpText('after', `\n${after.replaceAll('$0', name)}`);
}

/** Adds the flags that all programs have. */
export function withSharedFlags(command: Command): Command {
  return command
    .option('--quiet', 'print warnings and errors only')
    .option('--json', 'print one JSON object with the result on standard output')
    .addOption(new Option('--log-format <format>', 'form of the lines on standard error').choices(['text', 'json']));
}

/** The order of flags in the help: those of the program first. */
function versionLast(command: Command): Option[] {
  const isVersion = (option: Option) => option.long === '--version';
  const help = command.createOption('-h, --help', 'print this help');
  return [...command.options.filter((option) => !isVersion(option)), ...command.options.filter(isVersion), help];
}

/** The name under which the program was called, when it is one of its names. */
function calledName(names: readonly [string, ...string[]]): string {
  const called = basename(process.argv[1] ?? '');
  return names.includes(called) ? called : names[0];
}
