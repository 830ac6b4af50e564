import { didYouMean } from '@ekv/core/run-control';
import { UsageError } from '@ekv/snapshot';
import type { Command, Option } from 'commander';
import { unexpectedWord } from './unexpected-word.ts';
import { unknownFlag } from './unknown-flag.ts';

const TRUE = new Set(['1', 't', 'T', 'true', 'True', 'TRUE']);
const FALSE = new Set(['0', 'f', 'F', 'false', 'False', 'FALSE']);
const HELP = new Set(['h', 'help']);

/**
 * Brings a command line into the one form that the parser is given: `--name=value` for flags with a value, `--name` for
 * switches that are on. One dash is as good as two, the next word is a flag's value whatever it begins with, and of a flag
 * given twice the last counts, unless it may be given several times. A plain word is the value of a flag that the command declares as an
 * argument: the first word of the first one, and so on. docs/format/08-cli.md, section 1.1.
 *
 * Throws UsageError for plain words, unknown flags, missing and bad values.
 */
export function normalizedArguments(words: readonly string[], command: Command): string[] {
  refuseDamagedWords(words);
  const found = new Map<string, string[]>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === 'help' || word === 'version') return [`--${word}`];
    const operand = operandOf(word, command, found);
    if (operand !== undefined) {
      setValue(found, operand.name(), word, operand);
      continue;
    }
    const { name, value } = splitWord(words, i, command);
    const asked = HELP.has(name) ? 'help' : name;
    if (asked === 'help' || asked === 'version') {
      if (isOn(asked, value)) return [`--${asked}`];
      continue;
    }
    const option = command.options.find(({ long }) => long === `--${name}`);
    if (option === undefined) throw unknownFlag(word, command);
    if (!option.variadic) found.delete(name);
    if (!option.required) {
      if (isOn(name, value)) found.set(name, [`--${name}`]);
    } else if (value !== undefined) setValue(found, name, value, option);
    else if (i + 1 < words.length) setValue(found, name, words[++i]!, option);
    else throw new UsageError(`the flag --${name} needs a value${example(option)}`);
  }
  return [...found.values()].flat();
}

/** A path that is no UTF-8 comes as another one: what would be made under it is not what was named. */
function refuseDamagedWords(words: readonly string[]): void {
  const word = words.find((text) => text.includes('\ufffd'));
  if (word === undefined) return;
  throw new UsageError(
    `${JSON.stringify(word)} is not UTF-8 (or holds U+FFFD), so it names nothing that can be found; rename the file or folder, or reach it by a link with another name`,
  );
}

/** The flag that a plain word, at any place, is short for: of those that may be left out the first that was not given, or one that takes all further words. */
function operandOf(word: string, command: Command, given: ReadonlyMap<string, unknown>): Option | undefined {
  if (/^-./s.test(word)) return undefined;
  const argument = command.registeredArguments.find((one) => one.variadic || !given.has(one.name()));
  return argument && command.options.find(({ long }) => long === `--${argument.name()}`);
}

function splitWord(
  words: readonly string[],
  at: number,
  command: Command,
): { name: string; value: string | undefined } {
  const word = words[at]!;
  const match = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(word);
  if (match !== null) return { name: match[1]!, value: match[2] };
  if (/^-.*[^-]/.test(word)) throw unknownFlag(word, command);
  throw unexpectedWord(words, at, command);
}

/** Throws UsageError for what is neither. */
function isOn(name: string, value: string | undefined): boolean {
  if (value === undefined || TRUE.has(value)) return true;
  if (FALSE.has(value)) return false;
  throw new UsageError(`the switch --${name} must be true or false, not ${JSON.stringify(value)}`);
}

function setValue(found: Map<string, string[]>, name: string, value: string, { argChoices, flags }: Option): void {
  if (IS_PATH.test(flags) && /^\s+$/.test(value)) {
    throw new UsageError(`the flag --${name} needs a path, not ${JSON.stringify(value)}`);
  }
  if (argChoices !== undefined && !argChoices.includes(value)) {
    throw new UsageError(
      `the flag --${name}: '${value}' is invalid${didYouMean(value, argChoices)}; choose one of ${argChoices.join(', ')}`,
    );
  }
  found.set(name, [...(found.get(name) ?? []), `--${name}=${value}`]);
}

/** A flag whose value is a path, by its help. An empty one is left to the program: it may be as good as none. */
const IS_PATH = /<(file|folder|path)(\.\.\.)?>$/;

function example(option: Option): string {
  return option.argChoices === undefined ? '' : `, one of ${option.argChoices.join(', ')}`;
}
