import { rmSync, statSync } from 'node:fs';
import { type Build, commandOf, type Program } from './build.ts';
import { compareTrees } from './compare-trees.ts';
import { digestOf } from './floors.ts';
import type { TreeSize } from './generate-tree.ts';
import { measureProcess } from './measured-process.ts';
import type { OutputFolder } from './output-folder.ts';
import { settle } from './settle.ts';
import type { Floors, MeasuredProgram, ProgramFigures } from './steps.ts';
import { countSystemCalls } from './system-calls.ts';

/** System calls of one run of a program. */
export interface SystemCalls {
  readonly program: Program;
  readonly workers: number;
  readonly calls: number;
}

const COUNTED = ['encode', 'decode', 'self-test'] as const;
const NO_WORKERS = 0;

/** One shape at one size: what is common to trees of many files and to one large object. */
export abstract class MeasuredCase {
  readonly treePath: string;
  readonly tree: TreeSize;
  /** Set by the first round. */
  snapshotBytes = 0;
  protected readonly outputs: OutputFolder;
  readonly #build: Build;
  #isChecked = false;
  #snapshot = '';

  constructor(treePath: string, tree: TreeSize, build: Build, outputs: OutputFolder) {
    this.treePath = treePath;
    this.tree = tree;
    this.outputs = outputs;
    this.#build = build;
  }

  /** The floors, measured now. @param snapshot one that holds the tree. */
  protected abstract floors(snapshot: string): Promise<Floors>;

  /** One round. @param workers in the order in which they are measured. */
  async measure(workers: readonly number[]): Promise<{ readonly floors: Floors; readonly programs: ProgramFigures[] }> {
    await this.outputs.makeRoom(this.#room(workers.length));
    const programs: ProgramFigures[] = [];
    const snapshots: string[] = [];
    for (const count of workers) {
      const snapshot = this.outputs.fresh('encoded.fsm');
      programs.push(await this.#run('encode', count, this.treePath, snapshot));
      snapshots.push(snapshot);
    }
    this.#snapshot = snapshots[0]!;
    this.snapshotBytes = statSync(this.#snapshot).size;
    const floors = await this.floors(this.#snapshot);
    const trees: string[] = [];
    for (const count of workers) {
      const decoded = this.outputs.fresh('decoded');
      programs.push(await this.#run('decode', count, this.#snapshot, decoded));
      trees.push(decoded);
    }
    for (const count of workers) {
      const tested = this.outputs.fresh('tested.fsm');
      programs.push(await this.#run('self-test', count, this.treePath, tested));
      rmSync(tested);
    }
    programs.push(
      await this.#figures('start', NO_WORKERS, commandOf(this.#build, 'start')),
      ...(await this.bare(this.#snapshot)),
    );
    this.#check(snapshots, trees);
    return { floors, programs };
  }

  /** Programs beside which this shape stands as well. */
  protected async bare(_snapshot: string): Promise<ProgramFigures[]> {
    return [];
  }

  /** After a round; of `start` as well. Gives `undefined` where calls cannot be counted. */
  systemCalls(workers: readonly number[]): SystemCalls[] | undefined {
    const start = countSystemCalls(commandOf(this.#build, 'start'));
    if (start === undefined) return undefined;
    const counted: SystemCalls[] = [{ program: 'start', workers: NO_WORKERS, calls: start }];
    for (const program of COUNTED) {
      for (const count of workers) {
        const input = program === 'decode' ? this.#snapshot : this.treePath;
        const places = { input, output: this.outputs.fresh(`counted-${program}`), workers: count };
        counted.push({ program, workers: count, calls: countSystemCalls(commandOf(this.#build, program, places))! });
      }
    }
    return counted;
  }

  #run(program: Program, workers: number, input: string, output: string): Promise<ProgramFigures> {
    return this.#figures(program, workers, commandOf(this.#build, program, { input, output, workers }));
  }

  async #figures(program: MeasuredProgram, workers: number, command: readonly string[]): Promise<ProgramFigures> {
    settle(this.treePath);
    const { wall, cpu, peakBytes } = await runMeasured(command);
    return { program, workers, wall, cpu, peakBytes };
  }

  /** In the first round of a sitting: a tree must come back as it was, and the snapshot must not depend on the workers. */
  #check(snapshots: readonly string[], trees: readonly string[]): void {
    if (this.#isChecked) return;
    this.#isChecked = true;
    for (const decoded of trees) {
      const { differences, examples } = compareTrees(this.treePath, decoded);
      if (differences > 0) throw new Error(`${decoded} has ${differences} differences:\n${examples.join('\n')}`);
    }
    if (new Set(snapshots.map((path) => digestOf(path, 'sha256'))).size > 1) {
      throw new Error(`the snapshots differ: ${snapshots.join(', ')}`);
    }
  }

  /** Blocks of 4 KiB: a copy for each worker count and two of the floors, and the snapshots. */
  #room(workers: number) {
    const copies = workers + 2;
    const treeBytes = this.tree.bytes + this.tree.files * 4096;
    return { bytes: copies * treeBytes + (2 * workers + 2) * this.tree.bytes * 2, files: copies * this.tree.files };
  }
}

/** Runs a command and gives its figures. Throws an Error when it does not end with 0. */
export async function runMeasured(command: readonly string[]) {
  const finished = await measureProcess(command);
  if (finished.code === 0) return finished;
  throw new Error(`exit code ${finished.code} of: ${command.join(' ')}\n${finished.output}`);
}
