import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { FloorPhase, FloorWork } from './floor-thread.ts';
import { makeFoldersTimed } from './floors.ts';
import { settle } from './settle.ts';
import { addTimes, type Times, timed, timedAsync } from './times.ts';
import { type Folder, halves, listFolders } from './tree-files.ts';

/**
 * The floors once more with two threads, half of the files each: what a second core can give at all. The start of the threads
 * is not measured.
 */

const THREAD = new URL('./floor-thread.ts', import.meta.url);

/** Two threads that do the same phase of their halves at the same time. */
class TwoThreads {
  readonly #threads: readonly Worker[];

  constructor(tree: string, folders: readonly Folder[], target?: string) {
    this.#threads = halves(folders).map((half) => {
      const work: FloorWork = { tree, folders: half, target };
      return new Worker(THREAD, { workerData: work });
    });
  }

  /** Gives what the threads answer when both are done. */
  async both(phase: FloorPhase): Promise<number[]> {
    const answers = this.#threads.map(async (thread) => {
      const answer = once(thread, 'message');
      thread.postMessage(phase);
      return (await answer)[0] as number;
    });
    return Promise.all(answers);
  }

  async end(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }
}

export interface TwoThreadReadFloor {
  /** Open, read and close each file. */
  readonly read: Times;
  /** The same, and a SHA-256 of all bytes in each thread. */
  readonly readAndHash: Times;
  /** Of all files. */
  readonly bytes: number;
}

/** As `readFloor`, but for the list, which one thread makes. */
export async function twoThreadReadFloor(tree: string): Promise<TwoThreadReadFloor> {
  const threads = new TwoThreads(tree, listFolders(tree));
  try {
    await threads.both('ready');
    const [bytes, read] = await timedAsync(() => threads.both('read'));
    const [, readAndHash] = await timedAsync(() => threads.both('read and hash'));
    return { read, readAndHash, bytes: bytes[0]! + bytes[1]! };
  } finally {
    await threads.end();
  }
}

export interface TwoThreadWriteFloor {
  /** By one thread. */
  readonly makeFolders: Times;
  readonly create: Times;
  readonly hashEach: Times;
  readonly flush: Times;
}

/** As `writeFloor`. */
export async function twoThreadWriteFloor(tree: string, target: string): Promise<TwoThreadWriteFloor> {
  const folders = listFolders(tree);
  const makeFolders = makeFoldersTimed(target, folders);
  const threads = new TwoThreads(tree, folders, target);
  try {
    let create: Times = { wall: 0, cpu: 0 };
    let hashEach = create;
    while (Math.max(...(await threads.both('load'))) > 0) {
      create = addTimes(create, (await timedAsync(() => threads.both('create')))[1]);
      hashEach = addTimes(hashEach, (await timedAsync(() => threads.both('hash each')))[1]);
    }
    const [, flush] = timed(() => settle(target));
    return { makeFolders, create, hashEach, flush };
  } finally {
    await threads.end();
  }
}
