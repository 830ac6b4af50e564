import type { EmbeddedTable } from '../../embedded-report.ts';
import type { Cell, Column } from '../../report-data.ts';
import { bytesText, countText } from '../numbers.ts';

export interface Order {
  readonly column: number;
  readonly direction: 'ascending' | 'descending';
}

/** Places of the rows that have all words of a filter in them, in that order; without one as they are given. */
export function shownRows({ rows, columns }: EmbeddedTable, filter: string, order: Order | undefined): number[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const places = [...rows.keys()].filter((place) => {
    if (words.length === 0) return true;
    const text = rows[place]!.map((cell, i) => cellText(cell, columns[i]!.holds))
      .join('\n')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
  if (order === undefined) return places;
  const sign = order.direction === 'ascending' ? 1 : -1;
  return places.sort((a, b) => compared(rows[a]![order.column]!, rows[b]![order.column]!, sign) || a - b);
}

/** Empty cells come last in both directions. */
function compared(a: Cell, b: Cell, sign: number): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
  return sign * byLetters.compare(String(a), String(b));
}

const byLetters = new Intl.Collator('en', { numeric: true });

export function cellText(cell: Cell, holds: Column['holds']): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return cell;
  return holds === 'bytes' ? bytesText(cell) : countText(cell);
}

/** What a click on the head of a column asks for: numbers begin with the largest, texts with the first; the third click is the order as given. */
export function nextOrder(order: Order | undefined, column: number, holds: Column['holds']): Order | undefined {
  const first = holds === 'bytes' || holds === 'count' ? 'descending' : 'ascending';
  if (order?.column !== column) return { column, direction: first };
  if (order.direction !== first) return undefined;
  return { column, direction: first === 'ascending' ? 'descending' : 'ascending' };
}
