import type { DescribedCommand, DescribedFlag } from '../described-command.ts';
import { roffArgument, roffText } from './roff.ts';

/** A text of a man page under a title of its own. */
export interface Section {
  readonly title: string;
  /** Each line a paragraph; those that begin with blanks stand as they are. */
  readonly text: string;
}

/** What is not in the command itself. */
export interface ManPageOptions {
  /** Such as `ekv/1.2.0`. */
  readonly version: string;
  /** Sections before SEE ALSO. */
  readonly sections?: readonly Section[];
  /** Names of other man pages of section 1. */
  readonly seeAlso: readonly string[];
}

/** The name of a command's man page, as of git: `ekv-archive-pack`. */
export function manName({ words }: DescribedCommand): string {
  return words.join('-');
}

/** The man page of a command, section 1, in the macros of man(7). */
export function manPage(command: DescribedCommand, { version, sections = [], seeAlso }: ManPageOptions): string {
  const { examples, codes, others } = partsOf(command.after);
  const lines = [
    `.TH ${roffArgument(manName(command).toUpperCase())} 1 "" ${roffArgument(version)} "ekv"`,
    '.SH NAME',
    `${roffText(manName(command))} \\- ${roffText(withoutEnd(command.description))}`,
    '.SH SYNOPSIS',
    `.B ${roffText(command.words.join(' '))}`,
    roffText(command.usage),
    '.SH DESCRIPTION',
    roffText(command.description),
    ...blocksOf(others),
    ...commandLines(command.commands),
    ...flagLines(command.flags),
    ...titled('EXAMPLES', examples),
    ...titled('EXIT STATUS', codes),
    ...sections.flatMap(({ title, text }) => titled(title, text.trimEnd().split('\n'))),
    '.SH SEE ALSO',
    seeAlso.map((name) => `.BR ${roffText(name)} (1)`).join(',\n'),
  ];
  return `${lines.join('\n')}\n`;
}

/** What the help says after the flags, by what it is. */
function partsOf(after: string): { examples: string[]; codes: string[]; others: string[] } {
  const parts = { examples: [] as string[], codes: [] as string[], others: [] as string[] };
  let isExample = false;
  for (const line of after.split('\n')) {
    if (line === 'Examples:' || line === '') isExample = line !== '';
    else if (isExample) parts.examples.push(line);
    else (line.startsWith('Exit codes: ') ? parts.codes : parts.others).push(line);
  }
  return { ...parts, codes: parts.codes.flatMap(codesOf) };
}

/** `Exit codes: 0 done; 1 failed.` as lines in columns. */
function codesOf(line: string): string[] {
  const [list = '', ...rest] = line.replace('Exit codes: ', '').split(/\. (?=[A-Z])/);
  const codes = withoutEnd(list)
    .split('; ')
    .map((code) => code.replace(/^(\d+(?: \+ signal)?) /, '  $1  '));
  return [...codes, ...rest];
}

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`.SH ${roffArgument(title)}`, ...blocksOf(lines)];
}

/** Paragraphs; lines that begin with blanks are kept as they are, as long as they are together. */
function blocksOf(lines: readonly string[]): string[] {
  const blocks: string[] = [];
  let isKept = false;
  for (const line of lines) {
    const column = /^ {2}(\S+(?: \S+)*) {2,}(.*)$/.exec(line);
    const keeps = line.startsWith('  ') && column === null;
    if (keeps !== isKept) blocks.push(keeps ? '.PP\n.RS 4\n.nf' : '.fi\n.RE');
    isKept = keeps;
    if (keeps) blocks.push(roffText(line.slice(2)));
    else if (column !== null) blocks.push('.TP', `.B ${roffText(column[1]!)}`, roffText(column[2]!));
    else if (line !== '') blocks.push(...paragraph(line));
  }
  return isKept ? [...blocks, '.fi', '.RE'] : blocks;
}

function paragraph(line: string): string[] {
  return ['.PP', roffText(line)];
}

function commandLines(commands: readonly DescribedCommand[]): string[] {
  const items = commands.flatMap(({ words, summary }) => ['.TP', `.B ${roffText(words.join(' '))}`, roffText(summary)]);
  return items.length === 0 ? [] : ['.SH COMMANDS', ...items];
}

function flagLines(flags: readonly DescribedFlag[]): string[] {
  const groups = Map.groupBy(flags, ({ group }) => group ?? '');
  return ['.SH OPTIONS', ...[...groups].flatMap(([group, some]) => [...subtitle(group), ...some.flatMap(flagItem)])];
}

function subtitle(group: string): string[] {
  return group === '' ? [] : [`.SS ${roffArgument(group.replace(/:$/, ''))}`];
}

function flagItem({ name, short, value, description, isRepeated }: DescribedFlag): string[] {
  const names = [...(short === undefined ? [] : [`-${short}`]), `--${name}`].map((flag) => `\\fB${roffText(flag)}\\fR`);
  const operand = value === undefined ? '' : ` \\fI${roffText(value)}\\fR${isRepeated ? ' ...' : ''}`;
  return ['.TP', `${names.join(', ')}${operand}`, roffText(description)];
}

function withoutEnd(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
