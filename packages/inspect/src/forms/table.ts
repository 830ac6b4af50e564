import { fitted, padded, widthOf } from './text-width.ts';

/** A column of a table. */
export interface Column {
  readonly title: string;
  readonly cells: readonly string[];
  readonly side: 'left' | 'right';
  /** When there is no room for all, columns with the highest go first; 0: it always stays. */
  readonly goes: number;
  /** How much room it needs, where its cells can be cut. Absent: they are not cut. */
  readonly least?: number;
}

/** How lines are drawn. */
export interface Drawing {
  /** Columns of the terminal; `Infinity` where nothing has to fit. */
  readonly columns: number;
  /** What bars are drawn with; none where a program reads. */
  readonly bars: 'blocks' | 'ascii' | 'none';
  readonly colors: boolean;
}

const GAP = '  ';
/** Where nothing is cut, one long name does not move all other lines apart. */
const WIDEST = 72;
/** A bar takes what is left, in columns. */
const LEAST_BAR = 6;
const MOST_BAR = 24;

/** @param parts of a whole that bars are drawn of, 0 to 1, for each row. */
export function tableLines(columns: readonly Column[], drawing: Drawing, parts?: readonly number[]): string[] {
  const shown = chosen(columns, drawing.columns);
  const isCut = Number.isFinite(drawing.columns);
  const natural = shown.map(({ title, cells, least }) => {
    const width = Math.max(widthOf(title), ...cells.map(widthOf));
    return isCut || least === undefined ? width : Math.min(width, WIDEST);
  });
  const over = Math.max(0, sum(natural) - drawing.columns);
  const widths = natural.map((width, i) => width - takenFrom(i, shown, natural, over));
  const left = Math.min(MOST_BAR, drawing.columns - sum(widths) - GAP.length);
  const hasBars = parts !== undefined && drawing.bars !== 'none' && left >= LEAST_BAR;
  const line = (cell: (column: Column) => string) =>
    shown
      .map((column, i) => padded(isCut ? fitted(cell(column), widths[i]!) : cell(column), widths[i]!, column.side))
      .join(GAP);
  const rows = columns[0]?.cells.map((_, row) => {
    const text = line(({ cells }) => cells[row]!);
    return (hasBars ? `${text}${GAP}${painted(barOf(parts[row]!, left, drawing), drawing)}` : text).trimEnd();
  });
  return [dimmed(line(({ title }) => title).trimEnd(), drawing), ...(rows ?? [])];
}

/** Those that there is room for. */
function chosen(columns: readonly Column[], room: number): Column[] {
  const shown = [...columns];
  while (leastOf(shown) > room) {
    const going = shown.reduce((worst, column, i) => (column.goes >= shown[worst]!.goes ? i : worst), 0);
    if (shown[going]!.goes === 0) break;
    shown.splice(going, 1);
  }
  return shown;
}

function leastOf(columns: readonly Column[]): number {
  return sum(
    columns.map(({ title, cells, least }) => {
      const width = Math.max(widthOf(title), ...cells.map(widthOf));
      return least === undefined ? width : Math.min(least, width);
    }),
  );
}

/** With the gaps between them. */
function sum(widths: readonly number[]): number {
  return widths.reduce((total, width) => total + width, 0) + GAP.length * Math.max(0, widths.length - 1);
}

/** What a column gives up of its width: the first that can be cut as much as it can, then the next. */
function takenFrom(index: number, columns: readonly Column[], natural: readonly number[], over: number): number {
  let left = over;
  for (const [i, { least }] of columns.entries()) {
    const given = least === undefined ? 0 : Math.min(left, Math.max(0, natural[i]! - least));
    if (i === index) return given;
    left -= given;
  }
  return 0;
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** @param part of a whole, 0 to 1. */
export function barOf(part: number, columns: number, { bars }: Pick<Drawing, 'bars'>): string {
  const filled = Math.min(1, Math.max(0, part)) * columns;
  if (bars === 'ascii') return '#'.repeat(Math.round(filled));
  const eighths = Math.round(filled * 8);
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]!;
}

export function heading(text: string, drawing: Drawing): string {
  return drawing.colors ? `\x1b[1m${text}\x1b[0m` : text;
}

function dimmed(text: string, { colors }: Drawing): string {
  return colors ? `\x1b[2m${text}\x1b[0m` : text;
}

function painted(bar: string, { colors }: Drawing): string {
  return colors && bar !== '' ? `\x1b[36m${bar}\x1b[0m` : bar;
}
