import { opendirSync, rmdirSync, unlinkSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

const TURN_MS = 50;
const SLASH = Buffer.from('/');

/**
 * Removes what is in a folder, bit by bit: signals are answered meanwhile, and nothing is held in memory. No link is
 * followed. The folder itself stays.
 *
 * @param turnMs how long signals may wait.
 */
export async function emptyFolder(path: string, turnMs = TURN_MS): Promise<void> {
  await new Emptying(turnMs).empty(Buffer.from(path));
}

class Emptying {
  readonly #turnMs: number;
  #turn = performance.now();

  constructor(turnMs: number) {
    this.#turnMs = turnMs;
  }

  async empty(path: Buffer): Promise<void> {
    // What is removed can hide what follows it in the list, so a folder is read until nothing is left.
    while (await this.#emptyOnce(path));
  }

  async #emptyOnce(path: Buffer): Promise<boolean> {
    // Names are bytes; the type library of Node knows them as text alone.
    const folder = opendirSync(path as unknown as string, { encoding: 'buffer' as BufferEncoding });
    let wasFilled = false;
    try {
      for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
        wasFilled = true;
        const inner = Buffer.concat([path, SLASH, entry.name as unknown as Buffer]);
        if (entry.isDirectory()) {
          await this.empty(inner);
          rmdirSync(inner);
        } else unlinkSync(inner);
        await this.#rest();
      }
    } finally {
      folder.closeSync();
    }
    return wasFilled;
  }

  async #rest(): Promise<void> {
    if (performance.now() - this.#turn < this.#turnMs) return;
    await setImmediate();
    this.#turn = performance.now();
  }
}
