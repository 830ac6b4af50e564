import { median, type Times } from './times.ts';

/** The rows of a report: what is measured, and the sums of floors beside what is compared with them. */
export const STEPS = [
  'list the tree',
  'read the files',
  'read and hash the files',
  'write and hash a snapshot',
  'encode floor',
  'encode',
  'read a snapshot',
  'make the folders',
  'create the files',
  'hash each file',
  'flush the files',
  'decode floor',
  'decode',
  'self-test floor',
  'encode --self-test',
  'bare JSON lines',
  'bare message rows',
  'encode --version',
] as const;

export type Step = (typeof STEPS)[number];

/** What the programs are compared with. */
export const FLOOR_OF: Partial<Record<Step, Step>> = {
  encode: 'encode floor',
  decode: 'decode floor',
  'encode --self-test': 'self-test floor',
};

export interface Figures extends Times {
  /** Of programs only, and only on Linux. */
  readonly peakBytes?: number | undefined;
}

/** The figures of one run. */
export type Sample = Partial<Record<Step, Figures>>;

/** The median of each figure, and of the ratios of single runs. */
export interface StepSummary extends Figures {
  readonly wallToFloor?: number;
  readonly cpuToFloor?: number;
}

/** Gives `undefined` for a step that was not measured. */
export function summary(step: Step, samples: readonly Sample[]): StepSummary | undefined {
  const figures = samples.flatMap((sample) => sample[step] ?? []);
  if (figures.length === 0) return undefined;
  const peaks = figures.flatMap(({ peakBytes }) => peakBytes ?? []);
  return {
    wall: median(figures.map(({ wall }) => wall)),
    cpu: median(figures.map(({ cpu }) => cpu)),
    ...(peaks.length > 0 && { peakBytes: median(peaks) }),
    ...ratios(step, samples),
  };
}

function ratios(step: Step, samples: readonly Sample[]): { wallToFloor?: number; cpuToFloor?: number } {
  const floor = FLOOR_OF[step];
  if (floor === undefined) return {};
  const pairs = samples.flatMap((sample) => {
    const own = sample[step];
    const below = sample[floor];
    return own !== undefined && below !== undefined ? [{ own, below }] : [];
  });
  return {
    wallToFloor: median(pairs.map(({ own, below }) => own.wall / below.wall)),
    cpuToFloor: median(pairs.map(({ own, below }) => own.cpu / below.cpu)),
  };
}
