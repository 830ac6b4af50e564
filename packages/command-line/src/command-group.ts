import { nearest } from '@ekv/core/run-control';
import { UsageError } from '@ekv/snapshot';
import { type Definition, definition, type Host, type ListedCommand, type Runnable } from './definition.ts';
import type { Program } from './program.ts';
import { programCommand, withSharedFlags } from './program-command.ts';

/** A program whose first word says what is to be done. */
export interface CommandGroup {
  readonly description: string;
  readonly commands: readonly [ListedCommand, ...ListedCommand[]];
  /** Shown below the commands. `$0` stands for the program's name. */
  readonly after: string;
}

/** The definition of such a program. Without a command its help says what there is. */
export function commandGroup(group: CommandGroup): Definition {
  return (host) => ({
    command: overview(group)(host).command,
    commands: group.commands,
    run: (words) => runGroup(group, host, words),
  });
}

/** A command of a program, under the name of both. */
export async function commandOf(listed: ListedCommand, { name, version, work }: Host): Promise<Runnable> {
  const definition = await listed.load();
  return definition({ name: `${name} ${listed.name}`, version, work: listed.work ?? work });
}

async function runGroup(group: CommandGroup, host: Host, words: readonly string[]): Promise<void> {
  const [first = '', ...rest] = words;
  const asksHelp = first === 'help' && rest.length > 0;
  const [word = '', ...others] = asksHelp ? [...rest, '--help'] : words;
  const listed = group.commands.find(({ name }) => name === word);
  if (listed !== undefined) return (await commandOf(listed, host)).run(others);
  return isCommand(word) ? overview(group, word)(host).run([]) : overview(group)(host).run(words);
}

function isCommand(word: string): boolean {
  return word !== '' && !word.startsWith('-') && word !== 'help' && word !== 'version';
}

/** What is said when no command is named. @param unknown a word that stands where a command should. */
function overview({ description, commands, after }: CommandGroup, unknown?: string): Definition {
  return definition(({ name, version, work }): Program<never, never> => {
    const width = Math.max(...commands.map((command) => command.name.length));
    const list = commands.map((command) => `  $0 ${command.name.padEnd(width)}   ${command.summary}`);
    const command = programCommand({ name, description, version, after: ['Commands:', ...list, '', after].join('\n') });
    return {
      command: withSharedFlags(command.usage('<command> [options]')),
      work,
      exitCodes: { usage: 1, environment: 1, data: 2, defect: 1 },
      requestOf: () => {
        throw new UsageError(`${whatIsWrong(commands, unknown)}, as the first word; --help shows examples`);
      },
      endingOf: (result) => result,
      cleanUp: () => () => {},
      stopped: 'nothing was done',
    };
  });
}

function whatIsWrong(commands: readonly ListedCommand[], unknown: string | undefined): string {
  const names = commands.map(({ name }) => name);
  const all = names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
  if (unknown === undefined) return `name a command, ${all}`;
  const meant = nearest(unknown, names);
  return `unknown command ${JSON.stringify(unknown)}; ${meant === undefined ? '' : `did you mean ${meant}? `}name one, ${all}`;
}
