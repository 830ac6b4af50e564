import type { Program } from './build.ts';
import { median, type Times } from './times.ts';

/** What is measured of the machine, and the sums beside which a program stands. README.md says what each one does. */
export const FLOOR_STEPS = [
  'list the tree',
  'read the files',
  'read and hash the files',
  'write and hash a snapshot',
  'read a snapshot',
  'make the folders',
  'create the files',
  'hash each file',
  'flush the files',
  'copy and flush',
  'SHA-256',
  'MD5',
  'encode floor',
  'decode floor',
  'self-test floor',
] as const;

/** With two threads each has a name of its own. */
export type FloorStep = (typeof FLOOR_STEPS)[number] | `${(typeof FLOOR_STEPS)[number]}, two threads`;

export type Floors = Readonly<Partial<Record<FloorStep, Times>>>;

/** A program of a build, or the bare program that does the least. */
export type MeasuredProgram = Program | 'bare JSON lines' | 'bare message rows';

export interface ProgramFigures extends Times {
  readonly program: MeasuredProgram;
  /** 0 for a program without a choice. */
  readonly workers: number;
  /** Of all processes together; only on Linux. */
  readonly peakBytes?: number | undefined;
}

/** One run of everything at one shape and size: each program beside the floors of the same minutes. */
export interface Round {
  readonly floors: Floors;
  readonly programs: readonly ProgramFigures[];
  /** How long it took, checks and pauses in between included. */
  readonly seconds: number;
}

/** The median of each figure, and of the ratios of single rounds. */
export interface ProgramSummary extends Times {
  readonly peakBytes?: number;
  readonly rounds: number;
  readonly wallToFloor?: number;
  readonly cpuToFloor?: number;
  /** To the floor with two threads. */
  readonly wallToTwoThreads?: number;
}

/** Gives `undefined` for what was not measured. */
export function summary(
  program: MeasuredProgram,
  workers: number,
  rounds: readonly Round[],
): ProgramSummary | undefined {
  const pairs = rounds.flatMap(({ floors, programs }) => {
    const own = programs.find((figures) => figures.program === program && figures.workers === workers);
    return own === undefined ? [] : [{ own, floors }];
  });
  if (pairs.length === 0) return undefined;
  const peaks = pairs.flatMap(({ own }) => own.peakBytes ?? []);
  const ratios = (floor: FloorStep, of: keyof Times) =>
    pairs.flatMap(({ own, floors }) => (floors[floor] === undefined ? [] : own[of] / floors[floor][of]));
  const toFloor = ratios(`${program} floor` as FloorStep, 'wall');
  const toTwoThreads = ratios(`${program} floor, two threads` as FloorStep, 'wall');
  return {
    wall: median(pairs.map(({ own }) => own.wall)),
    cpu: median(pairs.map(({ own }) => own.cpu)),
    rounds: pairs.length,
    ...(peaks.length > 0 && { peakBytes: median(peaks) }),
    ...(toFloor.length > 0 && {
      wallToFloor: median(toFloor),
      cpuToFloor: median(ratios(`${program} floor` as FloorStep, 'cpu')),
    }),
    ...(toTwoThreads.length > 0 && { wallToTwoThreads: median(toTwoThreads) }),
  };
}

/** The median of a step of the floors; `undefined` when it was not measured. */
export function floorSummary(step: FloorStep, rounds: readonly Round[]): Times | undefined {
  const times = rounds.flatMap(({ floors }) => floors[step] ?? []);
  if (times.length === 0) return undefined;
  return { wall: median(times.map(({ wall }) => wall)), cpu: median(times.map(({ cpu }) => cpu)) };
}
