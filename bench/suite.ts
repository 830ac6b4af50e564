import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Build, openBuild } from './build.ts';
import { type CaseName, caseText } from './case-names.ts';
import { readFloor } from './floors.ts';
import { generateTree, type TreeSize } from './generate-tree.ts';
import { LargeObjectCase, makeLargeObject } from './large-object.ts';
import { thisMachine } from './machine.ts';
import type { MeasuredCase } from './measured-case.ts';
import type { BenchOptions } from './options.ts';
import { OutputFolder } from './output-folder.ts';
import { missingRounds, secondsOf, secondsOfAll } from './plan.ts';
import { caseOf, keepResults, type Results, readResults, withCase } from './results.ts';
import { LinesCase, TreeCase } from './tree-case.ts';

const MIB = 2 ** 20;

/** Measures the rounds that the results do not have yet, and keeps each as soon as it is there. */
export class Suite {
  readonly #options: BenchOptions;
  readonly #say: (text: string) => void;
  readonly #build: Build;
  readonly #outputs: OutputFolder;
  readonly #cases = new Map<string, MeasuredCase>();
  results: Results;

  /** Throws an Error when there is no build, or the results are of other conditions. @param say takes progress. */
  constructor(options: BenchOptions, say: (text: string) => void) {
    this.#options = options;
    this.#say = say;
    this.#build = openBuild(options.build);
    mkdirSync(options.folder, { recursive: true });
    if (options.isFresh) rmSync(options.results, { force: true });
    const { valueBytes, seed } = options;
    const conditions = { machine: thisMachine(options.folder), build: this.#build.digest, valueBytes, seed };
    this.results = readResults(options.results, conditions);
    this.#outputs = new OutputFolder(this.#outputPath, say);
  }

  get missing(): CaseName[] {
    return missingRounds(this.#options, this.results);
  }

  /** Leaves the trees when rounds are missing at the end. */
  async run(): Promise<void> {
    const until = performance.now() + (this.#options.minutes ?? Number.POSITIVE_INFINITY) * 60_000;
    await this.#outputs.begin(existsSync(this.#outputPath));
    const planned = this.missing;
    for (const [at, name] of planned.entries()) {
      const left = planned.slice(at);
      this.#say(
        `${caseText(name)}, run ${at + 1} of ${planned.length}, ${minutes(secondsOfAll(left, this.results))} left`,
      );
      if (performance.now() + secondsOf(name, this.results) * 1000 > until) {
        this.#say('no time is left for that; the same command goes on from here');
        break;
      }
      await this.#round(name);
    }
    if (this.#options.keep) return;
    this.#outputs.remove();
    if (this.missing.length === 0) rmSync(this.#treeFolder, { recursive: true, force: true });
  }

  async #round(name: CaseName): Promise<void> {
    const measured = this.#caseOf(name);
    const known = caseOf(this.results, name);
    const rounds = known?.rounds ?? [];
    // Other trees, and what was written meanwhile, may have taken its place in memory.
    readFloor(this.#treePath(name));
    const start = performance.now();
    // The order changes, so that none always comes after a rest.
    const workers = rounds.length % 2 === 0 ? this.#options.workers : this.#options.workers.toReversed();
    const { floors, programs } = await measured.measure(workers);
    const seconds = (performance.now() - start) / 1000;
    const { tree, snapshotBytes } = measured;
    const systemCalls = known?.systemCalls ?? this.#systemCalls(name, measured);
    const all = [...rounds, { floors, programs, seconds }];
    const now = { ...name, tree, snapshotBytes, rounds: all, ...(systemCalls && { systemCalls }) };
    this.results = withCase(this.results, now);
    keepResults(this.#options.results, this.results);
  }

  /** At the smallest size alone: they depend neither on the load of the machine nor, per file, on the size. */
  #systemCalls(name: CaseName, measured: MeasuredCase) {
    const smallest = this.#options.cases.find(({ shape }) => shape === name.shape)!;
    if (smallest.size !== name.size || name.shape === 'large-object') return undefined;
    this.#say(`${caseText(name)}: counts system calls`);
    const counted = measured.systemCalls(this.#options.workers);
    if (counted === undefined) this.#say('there is no strace that works; system calls are not counted');
    return counted;
  }

  /** Generates the tree unless an earlier sitting did. */
  #caseOf(name: CaseName): MeasuredCase {
    const text = caseText(name);
    const known = this.#cases.get(text);
    if (known !== undefined) return known;
    const path = this.#treePath(name);
    const tree = this.#treeAt(path, name);
    const made = this.#newCase(name, path, tree);
    this.#cases.set(text, made);
    return made;
  }

  /** The size of a tree lies beside it and is written last, so a tree that was cut short is made anew. */
  #treeAt(path: string, name: CaseName): TreeSize {
    if (existsSync(`${path}.json`)) return JSON.parse(readFileSync(`${path}.json`, 'utf8'));
    this.#say(`${caseText(name)}: generates the tree`);
    rmSync(path, { recursive: true, force: true });
    mkdirSync(this.#treeFolder, { recursive: true });
    const { valueBytes, seed } = this.#options;
    const tree =
      name.shape === 'large-object'
        ? makeLargeObject(path, name.size * MIB)
        : generateTree(name.shape, path, { records: name.size, valueBytes, seed });
    writeFileSync(`${path}.json`, JSON.stringify(tree));
    return tree;
  }

  #newCase({ shape }: CaseName, path: string, tree: TreeSize): MeasuredCase {
    if (shape === 'large-object') return new LargeObjectCase(path, tree, this.#build, this.#outputs);
    const Kind = shape.startsWith('sqs') ? LinesCase : TreeCase;
    return new Kind(path, tree, this.#build, this.#outputs);
  }

  #treePath(name: CaseName): string {
    return join(this.#treeFolder, caseText(name));
  }

  /** Trees of other values have another folder. */
  get #treeFolder(): string {
    const { folder, valueBytes, seed } = this.#options;
    return join(folder, `trees-${valueBytes}-${seed}`);
  }

  get #outputPath(): string {
    return join(this.#options.folder, 'outputs');
  }
}

/** As text. */
export function minutes(seconds: number): string {
  return seconds < 90 ? `about ${Math.ceil(seconds)} s` : `about ${Math.round(seconds / 60)} min`;
}
