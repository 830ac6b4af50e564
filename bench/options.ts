import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CASE_SHAPES, type CaseName, type CaseShape } from './case-names.ts';
import { positiveNumber, wholeNumber } from './whole-number.ts';

/** What is measured, and where. */
export interface BenchOptions {
  /** The shapes in the order given, small before large. */
  readonly cases: readonly CaseName[];
  /** Worker counts, ascending. */
  readonly workers: readonly number[];
  readonly runs: number;
  readonly valueBytes: number;
  readonly seed: number;
  /** Absolute path of the folder that trees and snapshots go to. */
  readonly folder: string;
  readonly keep: boolean;
  /** Root of the checkout that is measured. */
  readonly build: string;
  /** Where the raw figures of all sittings are. */
  readonly results: string;
  readonly isFresh: boolean;
  /** No round is begun that would end later. */
  readonly minutes: number | undefined;
  /** Writes docs/performance.md. */
  readonly hasReport: boolean;
}

export const USAGE = `Usage: pnpm bench [options]
       node bench/main.ts [options]        after pnpm build

Measures what is missing in the results, adds it there, and prints all of it. Stop it at any time; a second run goes on.

  --shapes S,S,...    ${CASE_SHAPES.join(', ')}
                      (default redis,dynamodb,s3,sqs,mixed,large-object)
  --sizes N,N,...     in keys, items, objects or messages (default 20000,200000)
  --large-mib N,...   sizes of the large object (default 1024)
  --workers N,N,...   worker counts, all = one for each core (default 1,all)
  --runs R            each figure is the median of R runs (default 3)
  --value-bytes B     mean length of a value (default 100)
  --seed S            other keys and values of the same shapes (default 1)
  --minutes M         begin no run that would end later
  --folder DIR        where trees and snapshots go (default bench/data)
  --keep              do not remove them at the end
  --results FILE      raw figures of all sittings (default bench/results/results.json)
  --fresh             begin the results anew
  --report            write docs/performance.md and its plots from the results
  --build DIR         measure the build of another checkout
  --help              this text

Two builds in turn: node bench/compare-builds.ts --help
`;

const ROOT = join(import.meta.dirname, '..');

/** Gives `undefined` when help is asked for. Throws an Error that names the option when one is wrong. */
export function parseOptions(words: readonly string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...words],
    options: {
      shapes: { type: 'string', default: 'redis,dynamodb,s3,sqs,mixed,large-object' },
      sizes: { type: 'string', default: '20000,200000' },
      'large-mib': { type: 'string', default: '1024' },
      workers: { type: 'string', default: '1,all' },
      runs: { type: 'string', default: '3' },
      'value-bytes': { type: 'string', default: '100' },
      seed: { type: 'string', default: '1' },
      minutes: { type: 'string' },
      folder: { type: 'string', default: join(import.meta.dirname, 'data') },
      keep: { type: 'boolean', default: false },
      results: { type: 'string', default: join(import.meta.dirname, 'results/results.json') },
      fresh: { type: 'boolean', default: false },
      report: { type: 'boolean', default: false },
      build: { type: 'string', default: ROOT },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    cases: cases(shapesOf(values.shapes), numbers('sizes', values.sizes), numbers('large-mib', values['large-mib'])),
    workers: workersOf(values.workers),
    runs: positiveNumber('runs', values.runs),
    valueBytes: wholeNumber('value-bytes', values['value-bytes']),
    seed: wholeNumber('seed', values.seed),
    folder: resolve(values.folder),
    keep: values.keep,
    build: resolve(values.build),
    results: resolve(values.results),
    isFresh: values.fresh,
    minutes: values.minutes === undefined ? undefined : positiveNumber('minutes', values.minutes),
    hasReport: values.report,
  };
}

/** Names of shapes, each once. Throws an Error that names a word that is none. */
export function shapesOf(list: string): CaseShape[] {
  const shapes = list.split(',').map((word) => {
    const shape = CASE_SHAPES.find((name) => name === word);
    if (shape === undefined) throw new Error(`--shapes ${word}: must be one of ${CASE_SHAPES.join(', ')}`);
    return shape;
  });
  return [...new Set(shapes)];
}

/** Positive numbers, each once, ascending. */
export function numbers(option: string, list: string): number[] {
  const values = list.split(',').map((text) => positiveNumber(option, text));
  return [...new Set(values)].sort((a, b) => a - b);
}

/** Shapes at sizes: all of the smallest size first, the large objects last. */
export function cases(shapes: readonly CaseShape[], sizes: readonly number[], mib: readonly number[]): CaseName[] {
  const trees = shapes.filter((shape) => shape !== 'large-object');
  const objects = shapes.filter((shape) => shape === 'large-object');
  return [
    ...sizes.flatMap((size) => trees.map((shape) => ({ shape, size }))),
    ...mib.flatMap((size) => objects.map((shape) => ({ shape, size }))),
  ];
}

function workersOf(list: string): number[] {
  return numbers('workers', list.replaceAll('all', String(availableParallelism())));
}
