import type { CaseResults } from '../results.ts';
import { FLOOR_STEPS, type FloorStep, floorSummary, type MeasuredProgram, summary } from '../steps.ts';

/** Cells of a table, the first row its columns. */
export type Table = readonly (readonly string[])[];

const MIB = 1 << 20;
const PROGRAMS: readonly MeasuredProgram[] = [
  'encode',
  'decode',
  'self-test',
  'bare JSON lines',
  'bare message rows',
  'start',
];
const NAMES: Partial<Record<MeasuredProgram, string>> = {
  'self-test': 'encode --self-test',
  start: 'encode --version',
};

/** What the programs took, one row for each program, size and worker count. @param cases of one shape. */
export function programTable(cases: readonly CaseResults[]): Table {
  const isObject = cases[0]?.shape === 'large-object';
  const columns = [
    isObject ? 'MiB' : 'records',
    'work',
    'workers',
    'wall s',
    'cpu s',
    isObject ? 'ms/MiB' : 'µs/record',
    'peak MiB',
    'calls',
    'calls/file',
    'wall/floor',
    'cpu/floor',
    'wall/floor of 2',
  ];
  return [columns, ...cases.flatMap((measured) => caseRows(measured))];
}

function caseRows(measured: CaseResults): string[][] {
  return PROGRAMS.flatMap((program) =>
    workerCounts(measured, program).map((workers) => programRow(measured, program, workers)),
  );
}

function programRow(measured: CaseResults, program: MeasuredProgram, workers: number): string[] {
  const { size, shape, tree, rounds, systemCalls = [] } = measured;
  const figures = summary(program, workers, rounds)!;
  const counted = systemCalls.find((calls) => calls.program === program && calls.workers === workers)?.calls;
  const ofStart = systemCalls.find((calls) => calls.program === 'start')?.calls ?? 0;
  const each = (figures.wall / size) * (shape === 'large-object' ? 1e3 : 1e6);
  return [
    grouped(size),
    NAMES[program] ?? program,
    workers === 0 ? '' : String(workers),
    figures.wall.toFixed(2),
    known(figures.cpu, 2),
    program === 'start' ? '' : each.toFixed(2),
    figures.peakBytes === undefined ? '' : (figures.peakBytes / MIB).toFixed(0),
    counted === undefined ? '' : grouped(counted),
    counted === undefined || program === 'start' ? '' : ((counted - ofStart) / tree.files).toFixed(2),
    known(figures.wallToFloor, 2),
    known(figures.cpuToFloor, 2),
    known(figures.wallToTwoThreads, 2),
  ];
}

/** Worker counts of which there are figures, ascending. */
export function workerCounts({ rounds }: CaseResults, program: MeasuredProgram): number[] {
  const counts = rounds.flatMap(({ programs }) =>
    programs.filter((figures) => figures.program === program).map(({ workers }) => workers),
  );
  return [...new Set(counts)].sort((a, b) => a - b);
}

/** The steps of the floors. @param cases of one shape. */
export function floorTable(cases: readonly CaseResults[]): Table {
  const columns = [
    '',
    ...cases.flatMap(({ size }) => [`${grouped(size)}: wall s`, 'cpu s', 'two threads: wall s', 'cpu s']),
  ];
  const rows = FLOOR_STEPS.flatMap((step) => {
    const cells = cases.flatMap(({ rounds }) => [
      ...timeCells(floorSummary(step, rounds)),
      ...timeCells(floorSummary(`${step}, two threads` as FloorStep, rounds)),
    ]);
    return cells.some((cell) => cell !== '') ? [[step, ...cells]] : [];
  });
  return [columns, ...rows];
}

function timeCells(times: { readonly wall: number; readonly cpu: number } | undefined): [string, string] {
  return times === undefined ? ['', ''] : [times.wall.toFixed(3), known(times.cpu, 3)];
}

/** Of the smallest and the largest size: time per record, its growth, and memory. @param cases of one shape. */
export function growthTable(cases: readonly CaseResults[]): Table | undefined {
  const [smaller, larger] = [cases[0]!, cases.at(-1)!];
  if (smaller === larger) return undefined;
  const rows = (['encode', 'decode', 'self-test'] as const).flatMap((program) =>
    workerCounts(larger, program).flatMap((workers) => growthRow(smaller, larger, program, workers)),
  );
  const columns = ['work', 'workers', 'µs/record', 'times', 'added µs/record', 'peak MiB', 'added B/record'];
  return [columns, ...rows];
}

function growthRow(smaller: CaseResults, larger: CaseResults, program: MeasuredProgram, workers: number): string[][] {
  const before = summary(program, workers, smaller.rounds);
  const after = summary(program, workers, larger.rounds);
  if (before === undefined || after === undefined) return [];
  const [each, eachAfter] = [(before.wall / smaller.size) * 1e6, (after.wall / larger.size) * 1e6];
  const added = larger.size - smaller.size;
  const hasPeaks = before.peakBytes !== undefined && after.peakBytes !== undefined;
  return [
    [
      NAMES[program] ?? program,
      String(workers),
      `${each.toFixed(2)} > ${eachAfter.toFixed(2)}`,
      (eachAfter / each).toFixed(2),
      (((after.wall - before.wall) / added) * 1e6).toFixed(2),
      hasPeaks ? `${(before.peakBytes! / MIB).toFixed(0)} > ${(after.peakBytes! / MIB).toFixed(0)}` : '',
      hasPeaks ? ((after.peakBytes! - before.peakBytes!) / added).toFixed(0) : '',
    ],
  ];
}

/** With a comma between thousands. */
export function grouped(value: number): string {
  return value.toLocaleString('en-US');
}

function known(value: number | undefined, digits: number): string {
  if (value === undefined) return '';
  return Number.isNaN(value) ? 'n/a' : value.toFixed(digits);
}

/** For a terminal: the first two columns to the left, the others to the right. */
export function asText(table: Table): string {
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  ');
  return table.map((row) => `  ${line(row).trimEnd()}\n`).join('');
}

/** As {@link asText}, in Markdown. */
export function asMarkdown(table: Table): string {
  const line = (row: readonly string[]) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  const rule = table[0]!.map((_, column) => (column < 2 ? ':--' : '--:'));
  return line(table[0]!) + line(rule) + table.slice(1).map(line).join('');
}
