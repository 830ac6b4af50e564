import type { ListedCommand } from './definition.ts';
import { wrappedText } from './help-width.ts';
import { programsAsCalled } from './programs-as-called.ts';

/** A text that people ask for by its name. */
export interface Topic {
  readonly name: string;
  /** Half a line that says what it tells. */
  readonly summary: string;
  /** Gives the text: each line a paragraph. `$0` stands for the program's name. */
  readonly load: () => string | Promise<string>;
}

/** A program whose first word says what is to be done. */
export interface CommandGroup {
  readonly description: string;
  readonly commands: readonly [ListedCommand, ...ListedCommand[]];
  /** What can be read with `help` beside the commands. */
  readonly topics?: readonly Topic[];
  /** Shown below the commands. `$0` stands for the program's name. */
  readonly after: string;
}

/** What has a place in a list. */
export interface Listed {
  readonly name: string;
  readonly summary: string;
}

/** The help of such a program. It is made without commander, which takes longer to load than all else that a help does. */
export function overviewText(
  { description, commands, topics = [], after }: CommandGroup,
  name: string,
  width: number,
): string {
  const texts = topics.map((topic) => ({ name: `help ${topic.name}`, summary: topic.summary }));
  const text = `Usage: $0 <command> [options]

${description}

Options:
  --version   print the version
  -h, --help  print this help

${section('Commands', commands)}${section('Topics', texts)}${after}
`;
  return programsAsCalled(wrappedText(text.replaceAll('$0', name), width, name), name);
}

/** Lines below a title, in columns, and an empty one; nothing of nothing. */
function section(title: string, listed: readonly Listed[]): string {
  if (listed.length === 0) return '';
  const width = Math.max(...listed.map(({ name }) => name.length));
  const lines = listed.map(({ name, summary }) => `  $0 ${name.padEnd(width)}   ${summary}`);
  return `${title}:\n${lines.join('\n')}\n\n`;
}
