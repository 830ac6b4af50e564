/** Beside flags a description needs that many columns, else it goes below them. */
const DESCRIPTION = 40;
const INDENT = '  ';

export interface HelpParts {
  /** The command line, in short. */
  readonly usage: string;
  readonly about: string;
  readonly options: readonly { readonly term: string; readonly description: string }[];
  /** What stands below the flags. */
  readonly after: string;
  /** Columns. */
  readonly width: number;
}

/** The help of a program. */
export function helpText({ usage, about, options, after, width }: HelpParts): string {
  const termWidth = Math.max(...options.map(({ term }) => term.length));
  const items = options.map(({ term, description }) => helpItem(term, termWidth, description, width));
  return `Usage: ${usage}\n\n${filled(about, width).join('\n')}\n\nOptions:\n${items.join('\n')}\n\n${after}\n`;
}

/** One flag with its description, beside each other or below each other. */
function helpItem(term: string, termWidth: number, description: string, width: number): string {
  const beside = width - termWidth - 2 * INDENT.length;
  if (beside < DESCRIPTION) {
    const lines = filled(description, width - 2 * INDENT.length);
    return [`${INDENT}${term}`, ...lines.map((line) => `${INDENT}${INDENT}${line}`)].join('\n');
  }
  return filled(description, beside)
    .map((line, i) => `${INDENT}${(i === 0 ? term : '').padEnd(termWidth)}${INDENT}${line}`)
    .join('\n');
}

/** Words in lines of so many columns, or of one word. */
function filled(text: string, width: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of text.split(' ')) {
    if (current === '') current = word;
    else if (current.length + 1 + word.length <= width) current += ` ${word}`;
    else {
      lines.push(current);
      current = word;
    }
  }
  return [...lines, current];
}
