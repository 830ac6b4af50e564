import { Command, Option } from 'commander';
import { helpItem, helpWidth, wrappedText } from './help-width.ts';
import { terminalColumns } from './terminal-columns.ts';

export interface ProgramCommandOptions {
  /** What people type to call it. */
  readonly name: string;
  readonly description: string;
  readonly version: string;
  /** Shown after the flags: examples, exit codes. Each line is a paragraph, however long. `$0` stands for the program's name. */
  readonly after: string;
}

/** A command with its help; the program adds its flags, and after them {@link withSharedFlags}. */
export function programCommand({ name, description, version, after }: ProgramCommandOptions): Command {
  const width = () => helpWidth(process.env.COLUMNS, terminalColumns());
  return (
    new Command(name)
      .description(description)
      .version(version, '--version', 'print the version')
      .helpOption('-h, --help', 'print this help')
      // What commander asks itself loads the streams of Node, which take longer than a help does.
      .configureOutput({ getOutHelpWidth: width, getOutHasColors: () => false })
      .configureHelp({ minWidthToWrap: 0, visibleOptions: versionLast, formatItem: helpItem })
      .addHelpText('after', () => `\n${wrappedText(after.replaceAll('$0', name), width(), name)}`)
  );
}

/** Adds the flags that all programs have. */
export function withSharedFlags(command: Command): Command {
  return command
    .option('--quiet', 'print warnings and errors only')
    .option('--progress <seconds>', 'print a line of progress that often, for logs; a SIGUSR1 prints one at any time')
    .option('--json', 'print one JSON object with the result on standard output')
    .addOption(new Option('--log-format <format>', 'form of the lines on standard error').choices(['text', 'json']));
}

/** The order of flags in the help: those of the program first. */
function versionLast(command: Command): Option[] {
  const isVersion = (option: Option) => option.long === '--version';
  const help = command.createOption('-h, --help', 'print this help');
  return [...command.options.filter((option) => !isVersion(option)), ...command.options.filter(isVersion), help];
}
