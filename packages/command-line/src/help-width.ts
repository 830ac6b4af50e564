import type { Help } from 'commander';

const NARROWEST = 40;
const WIDEST = 110;
/** Beside flags a description needs that many columns, else it goes below them. */
const DESCRIPTION = 40;
const INDENT = '  ';

/** Columns of the help: those of COLUMNS or the terminal, within what can be read; the most when none is known. */
export function helpWidth(columns: string | undefined, terminal: number | undefined): number {
  const width = Number(columns) || terminal || WIDEST;
  return Math.min(WIDEST, Math.max(NARROWEST, width));
}

/** One flag with its description, beside each other or below each other. */
export function helpItem(this: Help, term: string, termWidth: number, description: string, helper: Help): string {
  const width = helper.helpWidth ?? WIDEST;
  const beside = width - termWidth - 2 * INDENT.length;
  if (beside >= DESCRIPTION) {
    const lines = helper.boxWrap(description, beside).split('\n');
    return `${INDENT}${lines.map((line, i) => `${(i === 0 ? term : '').padEnd(termWidth)}${INDENT}${line}`).join(`\n${INDENT}`)}`;
  }
  const lines = helper.boxWrap(description, width - 2 * INDENT.length).split('\n');
  return [`${INDENT}${term}`, ...lines.map((line) => `${INDENT}${INDENT}${line}`)].join('\n');
}

/**
 * Text whose lines fit, each line of it a paragraph: what goes on is indented more; command lines, which begin with blanks or a pipe to the program, go
 * on after a backslash.
 */
export function wrappedText(text: string, width: number, program: string): string {
  return text
    .split('\n')
    .flatMap((line) => wrappedLine(line, width, line.startsWith(' ') && line.includes(program) ? ' \\' : ''))
    .join('\n');
}

/** A word or some, and blanks that make a column of them. */
const COLUMN = /^ *(?:\S+ )*\S+ {2,}(?=\S)/;

function wrappedLine(line: string, width: number, end: string): string[] {
  // As it was written: blanks may make columns of it.
  if (line.length <= width) return [line];
  const column = COLUMN.exec(line)?.[0] ?? '';
  if (column.length > width / 2) {
    return [column.trimEnd(), ...wrappedLine(`${INDENT}${INDENT}${line.slice(column.length)}`, width, '')];
  }
  if (column !== '') {
    const lines = wrappedLine(line.slice(column.length), width - column.length, '');
    return lines.map((each, i) => `${i === 0 ? column : ' '.repeat(column.length)}${each.trimStart()}`);
  }
  const indent = /^ */.exec(line)![0];
  const lines: string[] = [];
  let current = '';
  for (const word of line.trim().split(/ +/)) {
    const longer = current === '' ? `${indent}${word}` : `${current} ${word}`;
    if (longer.length + end.length <= width || current.trim() === '') current = longer;
    else {
      lines.push(`${current}${end}`);
      current = `${indent}${end === '' && indent === '' ? '' : INDENT}${word}`;
    }
  }
  return [...lines, current];
}
