import type { Command } from 'commander';
import { surviveClosedStreams } from './closed-streams.ts';
import type { Definition, Host, ListedCommand, Runnable } from './definition.ts';
import { isNewEnough } from './oldest-node.ts';
import { outputWidth } from './output-width.ts';
import { type CommandGroup, overviewText } from './overview-text.ts';
import { print } from './print.ts';

/** The definition of a program whose first word says what is to be done. Without a command its help says what there is. */
export function commandGroup(group: CommandGroup): Definition {
  return (host) => ({
    command: async () => (await import('./overview.ts')).overview(group)(host).command(),
    commands: group.commands,
    run: (words) => runGroup(group, host, words),
  });
}

/** A command of a program, under the name of both. */
export async function commandOf(listed: ListedCommand, { name, version, work, others }: Host): Promise<Runnable> {
  const definition = await listed.load();
  return definition({ name: `${name} ${listed.name}`, version, work: listed.work ?? work, others });
}

/** All that do something, in the order of the help. */
async function commandsIn(commands: readonly ListedCommand[], host: Host): Promise<Command[]> {
  const found = commands.map(async (listed) => {
    const runnable = await commandOf(listed, host);
    if (runnable.commands.length === 0) return [await runnable.command()];
    return commandsIn(runnable.commands, { ...host, name: `${host.name} ${listed.name}` });
  });
  return (await Promise.all(found)).flat();
}

/** Whatever is neither a command nor the usual help is looked at by what is loaded then. */
async function runGroup(group: CommandGroup, inside: Host, words: readonly string[]): Promise<void> {
  // Of a group in another one the commands of that one are the others.
  const host = { ...inside, others: inside.others ?? (() => commandsIn(group.commands, inside)) };
  const [first = '', ...rest] = words;
  const listed = named(group, first);
  if (listed !== undefined) return (await commandOf(listed, host)).run(rest);
  if (rest.length === 0 && HELP.has(first) && isNewEnough(process.versions.node)) return printOverview(group, host);
  const [word = '', ...others] = rest;
  const asked = first === 'help' ? named(group, word) : undefined;
  if (asked !== undefined) return (await commandOf(asked, host)).run([...others, '--help']);
  const { overview, topicHelp, unknownCommand } = await import('./overview.ts');
  if (first === 'help' && isCommand(word)) return topicHelp(group, word)(host).run(others);
  if (isCommand(first)) return overview(group, unknownCommand(group, first))(host).run([]);
  const late = words.findIndex((each) => named(group, each) !== undefined);
  if (late === -1) return overview(group)(host).run(words);
  // The flags before it are looked at so that the error is told as they want it.
  const refusal = `the command ${words[late]} must be the first word, before all flags`;
  return overview(group, refusal)(host).run(words.slice(0, late));
}

const HELP = new Set(['help', '--help', '-h']);

function printOverview(group: CommandGroup, { name }: Host): void {
  const tell = (message: string) => void process.stderr.write(`${name}: ${message}\n`);
  print(overviewText(group, name, outputWidth()), () => surviveClosedStreams(tell, 1));
}

function named({ commands }: CommandGroup, word: string): ListedCommand | undefined {
  return commands.find(({ name }) => name === word);
}

function isCommand(word: string): boolean {
  return word !== '' && !word.startsWith('-') && word !== 'help' && word !== 'version';
}
