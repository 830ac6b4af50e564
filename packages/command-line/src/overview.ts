import { didYouMean, nearest } from '@ekv/core/run-control';
import { UsageError } from '@ekv/snapshot';
import { type Definition, definition } from './definition.ts';
import { wrappedText } from './help-width.ts';
import { outputWidth } from './output-width.ts';
import { type CommandGroup, type Listed, overviewText, type Topic } from './overview-text.ts';
import type { Program } from './program.ts';
import { programCommand, withSharedFlags } from './program-command.ts';
import { textCommand } from './text-command.ts';

/** A program that has commands, called without one. @param refusal why the words name none. */
export function overview(group: CommandGroup, refusal = noCommand(group)): Definition {
  return definition(({ name, version, work }): Program<never, never> => {
    const { description, after } = group;
    const command = programCommand({ name, description, version, after })
      .usage('<command> [options]')
      .configureHelp({ formatHelp: () => overviewText(group, name, outputWidth()) });
    // They are of the commands: here they only say how an error is told.
    for (const option of withSharedFlags(command).options) option.hideHelp(option.long !== '--version');
    return {
      command,
      work,
      exitCodes: { usage: 1, environment: 1, data: 2, defect: 1 },
      requestOf: () => {
        throw new UsageError(`${refusal}; --help shows examples`);
      },
      endingOf: (result) => result,
      cleanUp: () => () => {},
      stopped: 'nothing was done',
    };
  });
}

/** What `help` prints of a word that is no command. */
export function topicHelp(group: CommandGroup, word: string): Definition {
  const topic = group.topics?.find(({ name }) => name === word);
  return (host) => {
    const text = topic === undefined ? () => refuseHelp(group, word) : () => textOf(topic, host.name);
    return textCommand({ description: '', after: '', text })(host);
  };
}

async function textOf({ load }: Topic, name: string): Promise<string> {
  return `${wrappedText((await load()).replaceAll('$0', name).trimEnd(), outputWidth(), name)}\n`;
}

function refuseHelp({ commands, topics = [] }: CommandGroup, word: string): never {
  const meant = didYouMean(word, namesOf([...commands, ...topics]));
  const texts = topics.length === 0 ? '' : `; topics are ${listOf(topics)}`;
  throw new UsageError(
    `there is no help on ${JSON.stringify(word)}${meant || ';'} commands are ${listOf(commands)}${texts}`,
  );
}

function noCommand({ commands }: CommandGroup): string {
  return `name a command, ${listOf(commands)}, as the first word`;
}

/** Why a word that stands first is none. */
export function unknownCommand({ commands, topics = [] }: CommandGroup, word: string): string {
  const isTopic = topics.some(({ name }) => name === word);
  const meant = isTopic ? `help ${word}` : nearest(word, namesOf(commands));
  const hint = meant === undefined ? '' : `did you mean ${meant}? `;
  return `unknown command ${JSON.stringify(word)}; ${hint}name one, ${listOf(commands)}, as the first word`;
}

function namesOf(list: readonly Listed[]): string[] {
  return list.map(({ name }) => name);
}

/** Such as `pack, unpack or list`. */
function listOf(list: readonly Listed[]): string {
  const names = namesOf(list);
  return names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
