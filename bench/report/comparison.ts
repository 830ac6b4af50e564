import { median, type Times } from '../times.ts';
import type { Table } from './tables.ts';

/** What a step took in both builds, one run right after the other. */
export interface Pair {
  readonly a: PairFigures;
  readonly b: PairFigures;
}

interface PairFigures extends Times {
  readonly peakBytes?: number | undefined;
}

const MIB = 1 << 20;

/** Medians of both builds, and the median, least and most of B / A in single pairs. @param steps by name. */
export function comparisonTable(steps: readonly (readonly [name: string, pairs: readonly Pair[]])[]): Table {
  const columns = ['', 'figure', 'A', 'B', 'B/A', 'least', 'most'];
  return [columns, ...steps.flatMap(([name, pairs]) => stepRows(name, pairs))];
}

function stepRows(name: string, pairs: readonly Pair[]): string[][] {
  const wall = row(name, 'wall s', pairs, ({ wall }) => wall, 3);
  const cpu = row('', 'cpu s', pairs, ({ cpu }) => cpu, 2);
  const peak = row('', 'peak MiB', pairs, ({ peakBytes }) => (peakBytes ?? Number.NaN) / MIB, 0);
  return [wall, cpu, peak];
}

function row(
  name: string,
  figure: string,
  pairs: readonly Pair[],
  of: (figures: PairFigures) => number,
  digits: number,
): string[] {
  const ratios = pairs.map(({ a, b }) => of(b) / of(a));
  const [a, b] = [median(pairs.map((pair) => of(pair.a))), median(pairs.map((pair) => of(pair.b)))];
  const ratioCells = [median(ratios), Math.min(...ratios), Math.max(...ratios)].map((ratio) => known(ratio, 3));
  return [name, figure, known(a, digits), known(b, digits), ...ratioCells];
}

function known(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : 'n/a';
}
