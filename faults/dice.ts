import { createHash } from 'node:crypto';
import { SEED } from './setting.ts';

/** Random numbers that the seed of the run and a name decide, whatever else runs. Small and quick, for tests only. */
export class Dice {
  #state: number;

  /** @param name tells the dice of one test or input from all others. */
  constructor(name: string) {
    this.#state = createHash('sha256').update(`${SEED} ${name}`).digest().readUInt32LE() | 1;
  }

  /** From 0 to `end`, without `end`. */
  below(end: number): number {
    return Math.floor(this.fraction() * end);
  }

  /** From 0 to 1, without 1. */
  fraction(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) / 2 ** 32;
  }

  pick<T>(of: readonly T[]): T {
    return of[this.below(of.length)] as T;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}
