import { nearest } from '@ekv/core/run-control';
import { UsageError } from '@ekv/snapshot';
import type { Command } from 'commander';

/** A flag that a command does not have. */
export class UnknownFlagError extends UsageError {
  static override readonly brand: string = 'UnknownFlagError';
  /** With its dashes, without a value. */
  readonly flag: string;
  /** Whether the message says what may be meant. */
  readonly isHinted: boolean;

  constructor(message: string, flag: string, isHinted: boolean) {
    super(message);
    this.flag = flag;
    this.isHinted = isHinted;
  }
}

function refusal(flag: string, hint: string): UnknownFlagError {
  return new UnknownFlagError(`unknown flag ${flag}; ${hint}--help lists the flags`, flag, hint !== '');
}

/** The refusal of a flag, with those of the command that may be meant. */
export function unknownFlag(word: string, command: Command): UnknownFlagError {
  const flag = /^--?[^-=][^=]*/.exec(word)?.[0] ?? word;
  const meant = flagsLike(
    flag,
    command.options.filter(({ hidden }) => !hidden).flatMap(({ long }) => long ?? []),
  );
  return refusal(flag, meant.length === 0 ? '' : `did you mean ${listOf(meant, 'or')}? `);
}

/** The same, where none of the command is like it, with other commands that have it. */
export function flagOfOthers(flag: string, others: readonly Command[]): UnknownFlagError {
  const long = flag.replace(/^--?/, '--');
  const having = others.filter(({ options }) => options.some((one) => one.long === long && !one.hidden));
  const names = having.map((command) => command.name());
  const some = names.length > MOST_SHOWN ? [...names.slice(0, MOST_SHOWN - 1), 'others'] : names;
  return refusal(flag, names.length === 0 ? '' : `${listOf(some, 'and')} ${names.length === 1 ? 'has' : 'have'} it; `);
}

const MOST_SHOWN = 3;

/** What people of other programs mean by one letter. */
const LETTERS: Readonly<Record<string, string>> = {
  i: 'input',
  o: 'output',
  f: 'force',
  q: 'quiet',
  v: 'version',
  V: 'version',
};

/** What is called so in one program, and otherwise in another one, of this house or elsewhere. */
const SAME: ReadonlyArray<readonly string[]> = [
  ['as-of', 'at', 'time'],
  ['match', 'filter', 'pattern', 'include'],
  ['scope', 'table', 'bucket', 'queue'],
  ['address', 'key'],
  ['check', 'dry-run'],
  ['top', 'differences', 'limit'],
  ['workers', 'threads', 'jobs'],
  ['scratch-root', 'temp-dir', 'tmp-dir', 'tmpdir'],
];

/** Flags that a word may stand for, as far as there are any: more than one, when it is a part of their names. */
function flagsLike(flag: string, flags: readonly string[]): readonly string[] {
  const letter = LETTERS[/^--?(.)$/.exec(flag)?.[1] ?? ''];
  const near = letter !== undefined && flags.includes(`--${letter}`) ? `--${letter}` : nearest(flag, flags);
  if (near !== undefined) return [near];
  const name = flag.replace(/^--?/, '');
  const names = SAME.find((group) => group.includes(name)) ?? [name];
  const isLike = (other: string) => names.some((one) => other === one || other.endsWith(`-${one}`));
  return flags.filter((other) => isLike(other.slice(2))).slice(0, MOST_SHOWN);
}

function listOf(names: readonly string[], word: 'or' | 'and'): string {
  return names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}`;
}
