/** A thread of floors-of-two-threads.ts: does one phase after the other of its half of the files when it is told to. */
import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { type Batch, batches, createFiles, hashFiles } from './file-batch.ts';
import { type Folder, readAll } from './tree-files.ts';

export interface FloorWork {
  readonly tree: string;
  readonly folders: readonly Folder[];
  readonly target: string | undefined;
}

export type FloorPhase = 'ready' | 'read' | 'read and hash' | 'load' | 'create' | 'hash each';

const BATCH_BYTES = 128 << 20;
const NO_FILES: Batch = { paths: [], ends: [], bytes: Buffer.alloc(0), used: 0 };

const { tree, folders, target } = workerData as FloorWork;
let loading: Generator<Batch> | undefined;
let batch = NO_FILES;

/** What each phase answers: bytes read, files loaded, or nothing of interest. */
const PHASES: Readonly<Record<FloorPhase, () => number>> = {
  ready: () => 0,
  read: () => readAll(tree, folders, () => {}),
  'read and hash': () => {
    const digest = createHash('sha256');
    readAll(tree, folders, (block) => digest.update(block));
    return digest.digest()[0]!;
  },
  load: () => {
    loading ??= batches(tree, folders, BATCH_BYTES);
    batch = loading.next().value ?? NO_FILES;
    return batch.paths.length;
  },
  create: () => {
    createFiles(target!, batch);
    return batch.paths.length;
  },
  'hash each': () => hashFiles(batch),
};

parentPort!.on('message', (phase: FloorPhase) => parentPort!.postMessage(PHASES[phase]()));
