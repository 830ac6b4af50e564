import { Command, Option } from 'commander';
import { helpItem, wrappedText } from './help-width.ts';
import { outputWidth } from './output-width.ts';

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
  const text = after.replaceAll('$0', name);
  const command = new Command(name)
    .description(description)
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    // What commander asks itself loads the streams of Node, which take longer than a help does.
    .configureOutput({ getOutHelpWidth: outputWidth, getOutHasColors: () => false })
    .configureHelp({ minWidthToWrap: 0, visibleOptions: versionLast, groupItems: inOrder, formatItem: helpItem })
    .addHelpText('after', () => `\n${wrappedText(text, outputWidth(), name)}`);
  TEXTS.set(command, text);
  return command;
}

const TEXTS = new WeakMap<Command, string>();

/** What the help says after the flags, not wrapped: each line is a paragraph. */
export function textAfterFlags(command: Command): string {
  return TEXTS.get(command) ?? '';
}

/** Adds the flags that all programs have. @param json what `--json` prints, of programs that print more than one object. */
export function withSharedFlags(
  command: Command,
  json = 'print one JSON object with the result on standard output',
): Command {
  return command
    .option('--quiet', 'print warnings and errors only')
    .option('--progress <seconds>', 'print a line of progress that often, for logs; a SIGUSR1 prints one at any time')
    .option('--json', json)
    .addOption(new Option('--log-format <format>', 'form of the lines on standard error').choices(['text', 'json']));
}

/** Groups of flags stand where their first flag does. */
function inOrder<Item extends Command | Option>(
  _: Item[],
  visible: Item[],
  groupOf: (item: Item) => string,
): Map<string, Item[]> {
  return Map.groupBy(visible, groupOf);
}

/** The order of flags in the help: those of the program first. */
function versionLast(command: Command): Option[] {
  const options = command.options.filter(({ hidden }) => !hidden);
  const isVersion = (option: Option) => option.long === '--version';
  const help = command.createOption('-h, --help', 'print this help');
  // Where flags stand in groups, with those of all programs.
  const group = options.at(-1)?.helpGroupHeading;
  for (const option of [help, ...options.filter(isVersion)]) if (group !== undefined) option.helpGroup(group);
  return [...options.filter((option) => !isVersion(option)), ...options.filter(isVersion), help];
}
