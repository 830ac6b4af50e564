import type { CaseShape } from '../case-names.ts';
import type { CaseResults } from '../results.ts';
import { type ProgramSummary, summary } from '../steps.ts';
import { type Panel, type Plot, plotSvg, type Series } from './svg-plot.ts';
import { grouped, workerCounts } from './tables.ts';

const MIB = 1 << 20;
const PROGRAMS = ['encode', 'decode', 'self-test'] as const;
const COLOURED: readonly CaseShape[] = ['redis', 'dynamodb', 's3', 'sqs', 'mixed', 'sqs-queue'];

type Program = (typeof PROGRAMS)[number];
type Figure = (figures: ProgramSummary, measured: CaseResults) => number | undefined;

const seconds: Figure = ({ wall }) => wall;
const mebibytes: Figure = ({ peakBytes }) => (peakBytes === undefined ? undefined : peakBytes / MIB);
const microseconds: Figure = ({ wall }, { size }) => (wall / size) * 1e6;
const timesFloor: Figure = ({ wallToFloor }) => wallToFloor;

/** All plots of the trees, by the names of their files. */
export function plots(cases: readonly CaseResults[]): ReadonlyMap<string, string> {
  const trees = cases.filter(({ shape }) => shape !== 'large-object');
  if (trees.length === 0) return new Map();
  const largest = Math.max(...trees.map(({ size }) => size));
  const atLargest = trees.filter(({ size }) => size === largest);
  const most = Math.max(...trees.flatMap((measured) => workerCounts(measured, 'encode')));
  const bySize = { xLabel: 'records', x: 'log', panels: panelsBySize(trees, most, seconds) } as const;
  const byWorkers = { xLabel: 'workers', x: 'linear' } as const;
  const workers = `${most} ${most === 1 ? 'worker' : 'workers'}`;
  const made: Record<string, Plot> = {
    'time-by-size.svg': { ...bySize, title: `Time against size, ${workers}`, yLabel: 's', y: 'log' },
    'memory-by-size.svg': {
      ...bySize,
      title: `Peak memory against size, ${workers}`,
      yLabel: 'MiB',
      y: 'linear',
      panels: panelsBySize(trees, most, mebibytes),
    },
    'time-by-workers.svg': {
      ...byWorkers,
      title: `Time per record against workers, ${grouped(largest)} records`,
      yLabel: 'µs',
      y: 'linear',
      panels: panelsByWorkers(atLargest, microseconds),
    },
    'memory-by-workers.svg': {
      ...byWorkers,
      title: `Peak memory against workers, ${grouped(largest)} records`,
      yLabel: 'MiB',
      y: 'linear',
      panels: panelsByWorkers(atLargest, mebibytes),
    },
    'floor-by-workers.svg': {
      ...byWorkers,
      title: `Time beside the floor of one thread, ${grouped(largest)} records`,
      yLabel: 'times',
      y: 'linear',
      panels: panelsByWorkers(atLargest, timesFloor),
    },
  };
  return new Map(Object.entries(made).map(([name, plot]) => [name, plotSvg(plot)]));
}

function panelsBySize(cases: readonly CaseResults[], workers: number, figure: Figure): Panel[] {
  return panels(cases, (measured, program) => point(measured, program, workers, figure, measured.size));
}

function panelsByWorkers(cases: readonly CaseResults[], figure: Figure): Panel[] {
  return panels(cases, (measured, program) =>
    workerCounts(measured, program).flatMap((workers) => point(measured, program, workers, figure, workers)),
  );
}

type Points = (readonly [number, number])[];

function panels(cases: readonly CaseResults[], pointsOf: (measured: CaseResults, program: Program) => Points): Panel[] {
  return PROGRAMS.map((program) => ({
    title: program,
    series: COLOURED.flatMap((name, colour): Series[] => {
      const points = cases.filter(({ shape }) => shape === name).flatMap((measured) => pointsOf(measured, program));
      return points.length === 0 ? [] : [{ name, colour, points }];
    }),
  }));
}

function point(measured: CaseResults, program: Program, workers: number, figure: Figure, x: number): Points {
  const figures = summary(program, workers, measured.rounds);
  const y = figures === undefined ? undefined : figure(figures, measured);
  return y === undefined || Number.isNaN(y) ? [] : [[x, y]];
}
