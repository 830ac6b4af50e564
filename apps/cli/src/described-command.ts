import {
  commandOf,
  knownValues,
  type ListedCommand,
  programsAsCalled,
  type Runnable,
  textAfterFlags,
} from '@ekv/command-line';

/** A flag, as people are told of it. */
export interface DescribedFlag {
  /** Such as `input`, without dashes. */
  readonly name: string;
  readonly short: string | undefined;
  readonly description: string;
  /** Title of the group that it stands in. */
  readonly group: string | undefined;
  /** What its value is called, such as `file`; `undefined` for a switch. */
  readonly value: string | undefined;
  /** What the value mostly is; empty when that is anything. */
  readonly values: readonly string[];
  readonly isRepeated: boolean;
}

/** A command of `ekv`, or `ekv` itself, with all that its help says. */
export interface DescribedCommand {
  /** As it is typed, `ekv` first. */
  readonly words: readonly string[];
  readonly usage: string;
  readonly description: string;
  /** In the list of the command above it. */
  readonly summary: string;
  readonly flags: readonly DescribedFlag[];
  /** The flag that a plain word is the value of. */
  readonly operand: DescribedFlag | undefined;
  readonly commands: readonly DescribedCommand[];
  /** What the help says after the flags; each line is a paragraph. */
  readonly after: string;
}

type Command = Awaited<ReturnType<Runnable['command']>>;

/** Loads all commands. */
export async function describedCommand(program: Runnable, summary: string): Promise<DescribedCommand> {
  const { commands } = program;
  const command = await program.command();
  const host = { name: command.name(), version: command.version() ?? '', work: '' };
  const below = commands.map(async (listed) =>
    describedCommand(await commandOf(listed, host), summaryOf(listed, host.name)),
  );
  const said = (text: string) => programsAsCalled(text, host.name);
  const flags = flagsOf(command, said);
  const operand = command.registeredArguments[0]?.name();
  return {
    words: host.name.split(' '),
    usage: command.usage(),
    description: said(command.description()),
    summary,
    flags,
    operand: flags.find(({ name }) => name === operand),
    commands: await Promise.all(below),
    after: said(textAfterFlags(command)),
  };
}

function summaryOf({ summary }: ListedCommand, name: string): string {
  return programsAsCalled(summary, name);
}

function flagsOf(command: Command, said: (text: string) => string): DescribedFlag[] {
  const help = command.createHelp();
  return help.visibleOptions(command).map((option) => ({
    name: option.name(),
    short: option.short?.slice(1),
    description: said(help.optionDescription(option)),
    group: option.helpGroupHeading,
    value: /<([^>.]+)/.exec(option.flags)?.[1],
    values: knownValues(option),
    isRepeated: option.variadic,
  }));
}

/** A command and all below it, in the order of the help. */
export function allOf(command: DescribedCommand): DescribedCommand[] {
  return [command, ...command.commands.flatMap(allOf)];
}
