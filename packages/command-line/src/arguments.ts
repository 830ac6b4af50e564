import { UsageError } from '@ekv/snapshot';
import type { Command, Option } from 'commander';

const TRUE = new Set(['1', 't', 'T', 'true', 'True', 'TRUE']);
const FALSE = new Set(['0', 'f', 'F', 'false', 'False', 'FALSE']);
const HELP = new Set(['h', 'help']);

/**
 * Brings a command line into the one form that the parser is given: `--name=value` for flags with a value, `--name` for
 * switches that are on. One dash is as good as two, the next word is a flag's value whatever it begins with, and of a flag
 * given twice the last counts. docs/format/08-cli.md, section 1.1.
 *
 * Throws UsageError for plain words, unknown flags, missing and bad values.
 */
export function normalizedArguments(words: readonly string[], command: Command): string[] {
  const found = new Map<string, string>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const { name, value } = splitWord(word);
    if (HELP.has(name)) return ['--help'];
    if (name === 'version') return ['--version'];
    const option = command.options.find(({ long }) => long === `--${name}`);
    if (option === undefined) throw new UsageError(`unknown flag ${word.split('=')[0]}; --help lists the flags`);
    found.delete(name);
    if (!option.required) setSwitch(found, name, value);
    else if (value !== undefined) found.set(name, `--${name}=${value}`);
    else if (i + 1 < words.length) found.set(name, `--${name}=${words[++i]}`);
    else throw new UsageError(`the flag --${name} needs a value${example(option)}`);
  }
  return [...found.values()];
}

function splitWord(word: string): { name: string; value: string | undefined } {
  const match = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(word);
  if (match !== null) return { name: match[1]!, value: match[2] };
  if (/^-.*[^-]/.test(word)) throw new UsageError(`unknown flag ${word}; --help lists the flags`);
  throw new UsageError(
    `unexpected word ${JSON.stringify(word)}: flags begin with --, and a switch takes its value as --name=true`,
  );
}

function setSwitch(found: Map<string, string>, name: string, value: string | undefined): void {
  if (value === undefined || TRUE.has(value)) found.set(name, `--${name}`);
  else if (!FALSE.has(value)) {
    throw new UsageError(`the switch --${name} must be true or false, not ${JSON.stringify(value)}`);
  }
}

function example(option: Option): string {
  return option.argChoices === undefined ? '' : `, one of ${option.argChoices.join(', ')}`;
}
