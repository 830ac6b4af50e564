import { UsageError } from '@ekv/snapshot';
import type { Command } from 'commander';

/** The refusal of a word that stands where a flag should; it shows what is probably meant. */
export function unexpectedWord(words: readonly string[], at: number, command: Command): UsageError {
  const why =
    swallowedFlag(words.slice(0, at), command) ?? withFlags(words, at, command) ?? allTaken(command) ?? GENERAL;
  return new UsageError(`unexpected word ${JSON.stringify(words[at])}: ${why}`);
}

const GENERAL = 'flags begin with --, and a switch takes its value as --name=true';

/** Tells of a flag that became the value of the flag before it, as with `--input --output x`. */
export function swallowedFlag(words: readonly string[], command: Command): string | undefined {
  for (let i = 0; i + 1 < words.length; i++) {
    const option = command.options.find(({ long }) => long === words[i]!.replace(/^--?/, '--'));
    if (!option?.required) continue;
    const value = words[++i]!;
    if (command.options.some(({ long }) => long === value)) return `${option.long} was given the value ${value}`;
  }
  return undefined;
}

/** For a command line without any flag: the same with flags. */
function withFlags(words: readonly string[], at: number, command: Command): string | undefined {
  const output = command.options.find(({ long }) => long === '--output');
  const isPlain = at === 0 && words.length <= 2 && words.every((word) => /^[^-]/.test(word));
  if (output === undefined || !isPlain) return undefined;
  const target = words[1] === undefined ? output.flags : `--output ${quoted(words[1])}`;
  return `say it with flags, ${command.name()} --input ${quoted(words[0]!)} ${target}`;
}

/** For a command that takes plain words, but not so many. */
function allTaken(command: Command): string | undefined {
  const taken = command.registeredArguments.map((argument) => `<${argument.name()}>`);
  if (taken.length === 0) return undefined;
  return `${command.name()} takes ${taken.join(' ')} and no other plain words; flags begin with --`;
}

/** As a shell wants it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
