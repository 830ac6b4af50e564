import { type Sample, STEPS, type Step, type StepSummary, summary } from './steps.ts';

/** What a report tells of one size. */
export interface SizeFigures {
  readonly records: number;
  readonly tree: { readonly files: number; readonly bytes: number };
  readonly snapshotBytes: number;
  readonly samples: readonly Sample[];
}

const MIB = 1 << 20;
const GROWING: readonly Step[] = [
  'encode floor',
  'encode',
  'decode floor',
  'decode',
  'self-test floor',
  'encode --self-test',
];

/** A table of all steps of one size. */
export function sizeReport({ records, tree, snapshotBytes, samples }: SizeFigures): string {
  const heading = `${records} records: ${tree.files} files of ${mib(tree.bytes)} MiB, snapshot of ${mib(snapshotBytes)} MiB`;
  const rows = STEPS.flatMap((step) => {
    const figures = summary(step, samples);
    return figures === undefined ? [] : [stepRow(step, figures, records)];
  });
  const columns = ['', 'wall s', 'cpu s', 'µs/record', 'peak MiB', 'peak B/record', 'wall/floor', 'cpu/floor'];
  return `${heading}\n${table([columns, ...rows])}`;
}

function stepRow(
  step: Step,
  { wall, cpu, peakBytes, wallToFloor, cpuToFloor }: StepSummary,
  records: number,
): string[] {
  return [
    step,
    wall.toFixed(3),
    known(cpu, 2),
    ((wall / records) * 1e6).toFixed(2),
    peakBytes === undefined ? '' : mib(peakBytes),
    peakBytes === undefined ? '' : (peakBytes / records).toFixed(0),
    known(wallToFloor, 2),
    known(cpuToFloor, 2),
  ];
}

/** How time and memory per record change from one size to the next. */
export function growthReport(smaller: SizeFigures, larger: SizeFigures): string {
  const rows = GROWING.flatMap((step) => {
    const before = summary(step, smaller.samples);
    const after = summary(step, larger.samples);
    return before === undefined || after === undefined ? [] : [growthRow(step, before, after, smaller, larger)];
  });
  const columns = ['', 'µs/record', 'times', 'added µs/record', 'peak MiB', 'added B/record'];
  return `From ${smaller.records} to ${larger.records} records\n${table([columns, ...rows])}`;
}

function growthRow(
  step: Step,
  before: StepSummary,
  after: StepSummary,
  smaller: SizeFigures,
  larger: SizeFigures,
): string[] {
  const each = (before.wall / smaller.records) * 1e6;
  const eachAfter = (after.wall / larger.records) * 1e6;
  const added = larger.records - smaller.records;
  const peaks = before.peakBytes !== undefined && after.peakBytes !== undefined;
  return [
    step,
    `${each.toFixed(2)} > ${eachAfter.toFixed(2)}`,
    (eachAfter / each).toFixed(2),
    (((after.wall - before.wall) / added) * 1e6).toFixed(2),
    peaks ? `${mib(before.peakBytes!)} > ${mib(after.peakBytes!)}` : '',
    peaks ? ((after.peakBytes! - before.peakBytes!) / added).toFixed(0) : '',
  ];
}

function mib(bytes: number): string {
  return (bytes / MIB).toFixed(1);
}

function known(value: number | undefined, digits: number): string {
  if (value === undefined) return '';
  return Number.isNaN(value) ? 'n/a' : value.toFixed(digits);
}

/** The first column to the left, the others to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  ');
  return rows.map((row) => `  ${line(row).trimEnd()}\n`).join('');
}
