import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { compareTrees } from './compare-trees.ts';
import { readFloor, sequentialReadFloor, sequentialWriteFloor, writeFloor } from './floors.ts';
import type { TreeSize } from './generate-redis-tree.ts';
import { GENERATORS } from './generators.ts';
import { measureProcess, type ProcessFigures } from './measured-process.ts';
import type { BenchOptions } from './options.ts';
import type { Sample } from './steps.ts';
import { addTimes, timed } from './times.ts';

const BARE_LINES = join(import.meta.dirname, 'bare-json-lines.ts');
const BARE_ROWS = join(import.meta.dirname, 'bare-message-rows.ts');

/** The measurements of one size. What it writes stays in `folder`: a file system that has just lost many files is slow. */
export class RoundTrips {
  readonly records: number;
  readonly tree: TreeSize;
  readonly samples: Sample[] = [];
  /** Set by the first {@link measure}. */
  snapshotBytes = 0;
  readonly #folder: string;
  readonly #options: BenchOptions;
  readonly #treePath: string;

  /** Generates the tree and reads it once, so that no measured step reads from the disk. */
  constructor(folder: string, records: number, options: BenchOptions) {
    this.#folder = folder;
    this.#options = options;
    this.records = records;
    this.#treePath = this.#path('tree');
    this.tree = GENERATORS[options.shape](this.#treePath, { ...options, records });
    readFloor(this.#treePath);
  }

  /** One run of everything but the self-test, each program beside its floor. */
  async measure(run: number): Promise<void> {
    const snapshot = this.#snapshotPath(run);
    const decoded = this.#path(`decoded-${run}`);
    settle();
    const read = readFloor(this.#treePath);
    settle();
    const encode = await this.#encode(snapshot);
    this.snapshotBytes = statSync(snapshot).size;
    settle();
    const writeSnapshot = sequentialWriteFloor(this.#path(`floor-${run}.fsm`), this.snapshotBytes);
    settle();
    const write = writeFloor(this.#treePath, this.#path(`floor-${run}`));
    const [, flush] = timed(settle);
    const readSnapshot = sequentialReadFloor(snapshot);
    const decode = await this.#run(this.#options.decodeProgram, '--input', snapshot, '--output', decoded, '--quiet');
    if (run === 0) this.#check(decoded);
    this.samples[run] = {
      'list the tree': read.list,
      'read the files': read.read,
      'read and hash the files': read.readAndHash,
      'write and hash a snapshot': writeSnapshot,
      'encode floor': addTimes(read.list, read.readAndHash, writeSnapshot),
      encode: figures(encode),
      'read a snapshot': readSnapshot,
      'make the folders': write.makeFolders,
      'create the files': write.create,
      'hash each file': write.hashEach,
      'flush the files': flush,
      'decode floor': addTimes(readSnapshot, write.makeFolders, write.create, write.hashEach),
      decode: figures(decode),
      ...(await this.#barePrograms(snapshot, this.#path(`bare-${run}.jsonl`))),
      'encode --version': figures(await this.#run(this.#options.encodeProgram, '--version')),
    };
  }

  /** Apart from {@link measure}, which must come first, and after it at all sizes: a self-test may remove files. */
  async measureSelfTest(run: number): Promise<void> {
    settle();
    const read = readFloor(this.#treePath);
    const readSnapshot = sequentialReadFloor(this.#snapshotPath(run));
    settle();
    const selfTest = await this.#encode(this.#path(`self-tested-${run}.fsm`), '--self-test');
    const sample = this.samples[run]!;
    this.samples[run] = {
      ...sample,
      'self-test floor': addTimes(
        read.list,
        read.readAndHash,
        sample['write and hash a snapshot']!,
        readSnapshot,
        read.read,
      ),
      'encode --self-test': figures(selfTest),
    };
  }

  /** Of shapes whose data are lines of JSON. */
  async #barePrograms(snapshot: string, output: string): Promise<Sample> {
    if (!this.#options.shape.startsWith('sqs')) return {};
    return {
      'bare JSON lines': figures(await this.#run(BARE_LINES, this.#treePath)),
      'bare message rows': figures(await this.#run(BARE_ROWS, snapshot, output)),
    };
  }

  #encode(snapshot: string, ...more: string[]): Promise<ProcessFigures> {
    const { encodeProgram } = this.#options;
    return this.#run(encodeProgram, '--input', this.#treePath, '--output', snapshot, '--quiet', ...more);
  }

  async #run(program: string, ...words: string[]): Promise<ProcessFigures> {
    const command = [process.execPath, program, ...words];
    const finished = await measureProcess(command);
    if (finished.code !== 0) {
      throw new Error(`exit code ${finished.code} of: ${command.join(' ')}\n${finished.output}`);
    }
    return finished;
  }

  #check(decoded: string): void {
    const { differences, examples } = compareTrees(this.#treePath, decoded);
    if (differences === 0) return;
    throw new Error(`the decoded tree has ${differences} differences:\n${examples.join('\n')}`);
  }

  #snapshotPath(run: number): string {
    return this.#path(`encoded-${run}.fsm`);
  }

  #path(name: string): string {
    return join(this.#folder, `${this.records}-${name}`);
  }
}

function figures({ wall, cpu, peakBytes }: ProcessFigures) {
  return { wall, cpu, peakBytes };
}

/** Brings what earlier steps wrote to the disk, so that the next one does not pay for it. Does nothing without `sync`. */
function settle(): void {
  spawnSync('sync');
}
