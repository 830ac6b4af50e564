import type { EmbeddedTable } from '../../embedded-report.ts';

/** More of them could not be told apart. */
export const MOST_BARS = 96;

export interface Bar {
  readonly label: string;
  /** One for each column of the measure. */
  readonly values: readonly number[];
  readonly sum: number;
}

/** The bars of some columns of a table; where there are too many rows, those that stand beside each other become one. */
export function barsOf({ rows }: EmbeddedTable, columns: readonly number[]): Bar[] {
  const size = Math.ceil(rows.length / MOST_BARS);
  const bars: Bar[] = [];
  for (let from = 0; from < rows.length; from += size) {
    const group = rows.slice(from, from + size);
    const values = columns.map((column) => group.reduce((sum, row) => sum + Number(row[column] ?? 0), 0));
    const [first, last] = [group[0]![0], group.at(-1)![0]];
    bars.push({
      label: group.length === 1 ? String(first) : `${first} … ${last}`,
      values,
      sum: values.reduce((sum, value) => sum + value, 0),
    });
  }
  return bars;
}

/** Where lines stand behind the bars: 1, 2 or 5 of a power of ten, of bytes a power of two, from two to five of them up to the largest value. */
export function gridLines(largest: number, holds: 'bytes' | 'count'): number[] {
  if (largest <= 0) return [];
  const step = holds === 'bytes' ? stepOfBytes(largest / 3) : stepOfCounts(largest / 3);
  const lines: number[] = [];
  for (let line = step; line <= largest; line += step) lines.push(line);
  return lines;
}

function stepOfBytes(about: number): number {
  return 2 ** Math.max(0, Math.floor(Math.log2(about)));
}

function stepOfCounts(about: number): number {
  const power = 10 ** Math.max(0, Math.floor(Math.log10(about)));
  return Math.max(1, [5, 2, 1].map((digit) => digit * power).find((step) => step <= about) ?? 1);
}
