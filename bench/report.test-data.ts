import type { CaseName } from './case-names.ts';
import type { CaseResults, Conditions, Results } from './results.ts';
import type { Round } from './steps.ts';

export const CONDITIONS: Conditions = {
  machine: {
    processor: 'Processor <1> & more',
    cores: 2,
    memoryBytes: 2 ** 33,
    kernel: 'linux 6.1',
    fileSystem: 'ext4, rw',
    node: 'v24.0.0',
  },
  build: 'b0',
  valueBytes: 100,
  seed: 1,
};

/** Round number `run`, in which every program takes a second for each 1000 records, by twice as many workers half of it. */
export function someRound(size: number, run = 0, workers: readonly number[] = [1, 2]): Round {
  const wall = size / 1000 + run;
  return {
    floors: {
      'encode floor': { wall: wall / 2, cpu: wall / 2 },
      'encode floor, two threads': { wall: wall / 4, cpu: wall / 2 },
    },
    programs: (['encode', 'decode', 'self-test'] as const).flatMap((program) =>
      workers.map((count) => ({ program, workers: count, wall: wall / count, cpu: wall, peakBytes: count << 26 })),
    ),
    seconds: wall * 10,
  };
}

export function someCase(name: CaseName, rounds: readonly Round[] = [someRound(name.size)]): CaseResults {
  return {
    ...name,
    tree: { files: name.size, bytes: name.size * 100 },
    snapshotBytes: name.size * 150,
    rounds,
    systemCalls: [
      { program: 'start', workers: 0, calls: 1000 },
      { program: 'encode', workers: 1, calls: 1000 + name.size * 4 },
    ],
  };
}

export function someResults(...cases: readonly CaseResults[]): Results {
  return { conditions: CONDITIONS, date: '2026-01-02', cases };
}
