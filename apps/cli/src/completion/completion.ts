import { commandGroup, type Definition, type ListedCommand, textCommand } from '@ekv/command-line';
import { type DescribedCommand, describedCommand } from '../described-command.ts';
import { ekvOf } from '../ekv.ts';
import { TOPICS } from '../topics/topics.ts';
import { bashCompletion } from './bash.ts';
import { fishCompletion } from './fish.ts';
import { zshCompletion } from './zsh.ts';

const SHELLS = [
  {
    name: 'bash',
    script: bashCompletion,
    after: `In ~/.bashrc:
  eval "$($0)"

For all users, as root:
  $0 > /etc/bash_completion.d/ekv`,
  },
  {
    name: 'zsh',
    script: zshCompletion,
    after: `In ~/.zshrc, after compinit:
  eval "$($0)"

Or in a folder of fpath, as a file of the name _ekv:
  $0 > ~/.zfunc/_ekv`,
  },
  {
    name: 'fish',
    script: fishCompletion,
    after: `Once:
  $0 > ~/.config/fish/completions/ekv.fish`,
  },
] as const;

type Commands = readonly [ListedCommand, ...ListedCommand[]];

/** `ekv completion`. @param all the commands of `ekv`, this one too. */
export function completionOf(all: Commands): Definition {
  const commandOf = ({ name, script, after }: (typeof SHELLS)[number]): ListedCommand => ({
    name,
    summary: `for ${name}`,
    load: () =>
      textCommand({
        description: `Prints a script that makes ${name} complete the commands, flags and values of ekv.`,
        after,
        text: async () => script(await completedCommand(all)),
      }),
  });
  const [first, ...others] = SHELLS.map(commandOf);
  return commandGroup({
    description: 'Prints a script that makes a shell complete the commands, flags and values of ekv.',
    commands: [first!, ...others],
    after: '$0 bash --help and so on say where it goes.',
  });
}

/** What is completed: `ekv` with its command `help`, which has all commands and topics behind it. */
export async function completedCommand(all: Commands): Promise<DescribedCommand> {
  const root = await describedCommand(ekvOf(all)({ name: 'ekv', version: '', work: '' }), '');
  const help = { ...withoutFlags(root, ['ekv', 'help']), summary: 'what a command does, or a topic' };
  const texts = TOPICS.map(({ name, summary }) => ({
    ...withoutFlags({ ...root, commands: [] }, [...help.words, name]),
    summary,
  }));
  return { ...root, commands: [...root.commands, { ...help, commands: [...help.commands, ...texts] }] };
}

function withoutFlags(command: DescribedCommand, words: readonly string[]): DescribedCommand {
  const below = command.commands.map((one) => withoutFlags(one, [...words, one.words.at(-1)!]));
  return { ...command, words, flags: [], operand: undefined, commands: below };
}
