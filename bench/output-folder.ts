import { mkdirSync, rmSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** What a round will write at most. */
export interface Room {
  readonly bytes: number;
  readonly files: number;
}

const EXT4 = 0xef53;
/** For so long ext4 searches past the inodes of removed files, and creating a file costs several times as much. */
const EXT4_REST_SECONDS = 310;
const MANY_FILES = 10_000;
/** Left free, as a part of what is needed. */
const SPARE = 0.2;

/**
 * What the measured programs write. It stays until the end of a sitting, or until the room is needed: a file system that has
 * just lost many files is slow, see README.md.
 */
export class OutputFolder {
  readonly #path: string;
  readonly #say: (text: string) => void;
  #made = 0;

  /** Does not make the folder yet. @param say takes what the user should know. */
  constructor(path: string, say: (text: string) => void) {
    this.#path = path;
    this.#say = say;
  }

  /** A path at which nothing is. */
  fresh(name: string): string {
    return join(this.#path, `${this.#made++}-${name}`);
  }

  /** Removes what an earlier sitting left, when it was stopped. */
  async begin(isLeft: boolean): Promise<void> {
    if (isLeft) await this.#empty('an earlier sitting was stopped; its outputs are removed');
    mkdirSync(this.#path, { recursive: true });
  }

  /** Removes what was written so far when there is no room for more. */
  async makeRoom({ bytes, files }: Room): Promise<void> {
    const { bavail, bsize, ffree } = statfsSync(this.#path);
    const hasInodes = ffree === 0 || ffree > files * (1 + SPARE);
    if (bavail * bsize > bytes * (1 + SPARE) && hasInodes) return;
    if (this.#made === 0) throw new Error(`${this.#path} has no room for ${Math.ceil(bytes / 2 ** 30)} GiB`);
    await this.#empty('the outputs so far are removed to make room');
    mkdirSync(this.#path, { recursive: true });
    this.#made = 0;
    await this.makeRoom({ bytes, files });
  }

  remove(): void {
    rmSync(this.#path, { recursive: true, force: true });
  }

  async #empty(why: string): Promise<void> {
    const { type, ffree } = statfsSync(dirname(this.#path));
    this.#say(why);
    this.remove();
    const freed = statfsSync(dirname(this.#path)).ffree - ffree;
    if (type !== EXT4 || freed < MANY_FILES) return;
    this.#say(`rests ${EXT4_REST_SECONDS} s, because ext4 is slow after ${freed} files were removed`);
    await setTimeout(EXT4_REST_SECONDS * 1000);
  }
}
