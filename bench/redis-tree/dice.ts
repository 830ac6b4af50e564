/** Numbers without a pattern that depend on seed, purpose and record alone, so that a record is the same in trees of any size. */
export class Dice {
  readonly #seed: number;
  #a = 0;
  #b = 0;
  #drawn = 0;

  constructor(seed: number) {
    this.#seed = mix(seed ^ 0x5bd1e995);
  }

  /** Starts the numbers of one record. @param purpose tells several rows of numbers of one record apart. */
  begin(purpose: number, record: number): void {
    this.#a = mix(this.#seed + Math.imul(purpose, 0x9e3779b1));
    this.#b = mix(this.#a ^ mix(record));
    this.#drawn = 0;
  }

  /** 32 bits, unsigned. */
  next(): number {
    return mix(mix(this.#b + this.#drawn++) ^ this.#a) >>> 0;
  }

  /** An integer in [0, limit). Above 2^32 not every one can come. */
  below(limit: number): number {
    return Math.floor((this.next() / 2 ** 32) * limit);
  }

  /** True once in `count` draws. */
  oneIn(count: number): boolean {
    return this.below(count) === 0;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }
}

/** Each 32-bit number to another one, no two to the same. */
function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** 8 hex digits that no other number below 2^32 has. */
export function scrambled(value: number): string {
  return (mix(value) >>> 0).toString(16).padStart(8, '0');
}
