/**
 * Measures two builds in turn, A B A B ..., so that other work of the machine meets both alike:
 *
 *     node bench/compare-builds.ts A B            roots of two checkouts, both built
 *     node bench/compare-builds.ts --help
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Build, commandOf, openBuild, type Program } from './build.ts';
import { type CaseName, type CaseShape, caseText } from './case-names.ts';
import { digestOf, readFloor } from './floors.ts';
import { generateTree } from './generate-tree.ts';
import { makeLargeObject } from './large-object.ts';
import { runMeasured } from './measured-case.ts';
import { cases, numbers, shapesOf } from './options.ts';
import { comparisonTable, type Pair } from './report/comparison.ts';
import { asText } from './report/tables.ts';
import { settle } from './settle.ts';
import { positiveNumber } from './whole-number.ts';

const STEPS = ['encode', 'decode', 'self-test', 'start'] as const satisfies readonly Program[];

const USAGE = `Usage: node bench/compare-builds.ts [options] A B

A and B are roots of two checkouts, both built. Gives the medians of both and the median of B / A, pair by pair.

  --shapes S,S,...    as of bench/main.ts (default redis)
  --sizes N,N,...     records (default 20000)
  --large-mib N,...   sizes of the large object (default 1024)
  --steps S,S,...     ${STEPS.join(', ')} (default encode,decode,self-test)
  --workers N         default: as the program chooses
  --runs R            pairs of each step (default 5)
  --value-bytes B     mean length of a value (default 100)
  --seed S            other keys and values (default 1)
  --folder DIR        where trees and snapshots go, removed at the end (default bench/data/compare-builds)
`;

interface ComparisonOptions {
  readonly builds: readonly [Build, Build];
  readonly names: readonly CaseName[];
  readonly steps: readonly Program[];
  readonly workers: number | undefined;
  readonly runs: number;
  readonly valueBytes: number;
  readonly seed: number;
  readonly folder: string;
}

/** The steps of one tree, run by both builds in turn. */
class TurnByTurn {
  readonly #options: ComparisonOptions;
  readonly #tree: string;
  readonly #folder: string;
  #made = 0;

  constructor(options: ComparisonOptions, name: CaseName) {
    this.#options = options;
    this.#folder = join(options.folder, caseText(name));
    this.#tree = join(this.#folder, 'tree');
    mkdirSync(this.#folder, { recursive: true });
    makeTree(name.shape, this.#tree, name.size, options);
    readFloor(this.#tree);
  }

  /** @returns whether both builds write the same snapshot. */
  async hasSameSnapshots(): Promise<boolean> {
    const digests: string[] = [];
    for (const build of this.#options.builds) {
      const output = this.#fresh();
      await this.#run(build, 'encode', output);
      digests.push(digestOf(output, 'sha256'));
    }
    return digests[0] === digests[1];
  }

  async pairs(step: Program): Promise<Pair[]> {
    const [a, b] = this.#options.builds;
    const pairs: Pair[] = [];
    for (let run = 0; run < this.#options.runs; run++) {
      pairs.push({ a: await this.#run(a, step, this.#fresh()), b: await this.#run(b, step, this.#fresh()) });
    }
    return pairs;
  }

  #run(build: Build, step: Program, output: string) {
    settle(this.#folder);
    if (step === 'start') return runMeasured(commandOf(build, step));
    // The first snapshot of hasSameSnapshots.
    const input = step === 'decode' ? join(this.#folder, '0') : this.#tree;
    return runMeasured(commandOf(build, step, { input, output, workers: this.#options.workers }));
  }

  #fresh(): string {
    return join(this.#folder, String(this.#made++));
  }
}

function makeTree(shape: CaseShape, path: string, size: number, { valueBytes, seed }: ComparisonOptions): void {
  if (shape === 'large-object') makeLargeObject(path, size * 2 ** 20);
  else generateTree(shape, path, { records: size, valueBytes, seed });
}

async function compare(options: ComparisonOptions): Promise<void> {
  for (const name of options.names) {
    console.error(`compare-builds: ${caseText(name)}`);
    const turns = new TurnByTurn(options, name);
    const isSame = await turns.hasSameSnapshots();
    const results: [Program, Pair[]][] = [];
    for (const step of options.steps) results.push([step, await turns.pairs(step)]);
    const note = isSame ? '' : ' (the two write different snapshots)';
    console.log(`${caseText(name)}${note}\n${asText(comparisonTable(results))}`);
  }
}

function parse(words: readonly string[]): ComparisonOptions | undefined {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      shapes: { type: 'string', default: 'redis' },
      sizes: { type: 'string', default: '20000' },
      'large-mib': { type: 'string', default: '1024' },
      steps: { type: 'string', default: 'encode,decode,self-test' },
      workers: { type: 'string' },
      runs: { type: 'string', default: '5' },
      'value-bytes': { type: 'string', default: '100' },
      seed: { type: 'string', default: '1' },
      folder: { type: 'string', default: join(import.meta.dirname, 'data/compare-builds') },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const [a, b, ...more] = positionals;
  if (a === undefined || b === undefined || more.length > 0) throw new Error('name two checkouts, A and B; see --help');
  return {
    builds: [openBuild(resolve(a)), openBuild(resolve(b))],
    names: cases(shapesOf(values.shapes), numbers('sizes', values.sizes), numbers('large-mib', values['large-mib'])),
    steps: stepsOf(values.steps),
    workers: values.workers === undefined ? undefined : positiveNumber('workers', values.workers),
    runs: positiveNumber('runs', values.runs),
    valueBytes: positiveNumber('value-bytes', values['value-bytes']),
    seed: positiveNumber('seed', values.seed),
    folder: resolve(values.folder),
  };
}

function stepsOf(list: string): Program[] {
  return list.split(',').map((word) => {
    const step = STEPS.find((name) => name === word);
    if (step === undefined) throw new Error(`--steps ${word}: must be one of ${STEPS.join(', ')}`);
    return step;
  });
}

try {
  const options = parse(process.argv.slice(2));
  if (options === undefined) console.log(USAGE);
  else {
    if (existsSync(options.folder)) throw new Error(`${options.folder} exists: remove it, or name another --folder`);
    await compare(options);
    rmSync(options.folder, { recursive: true });
  }
} catch (error) {
  console.error(`compare-builds: ${(error as Error).message}`);
  process.exitCode = 1;
}
