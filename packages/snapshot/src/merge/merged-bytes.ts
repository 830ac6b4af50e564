import type { ByteSource } from '../format/byte-source.ts';
import type { Extents } from './extents.ts';

/** What the merged bytes are read from. */
export interface MergedPart {
  /** Fills `into` with what stands from an offset on. Throws EnvironmentError. */
  readAt(offset: number, into: Uint8Array): void;
}

/** An extent of this size is read by a call of its own. */
const LARGE = 1 << 15;
/** Small extents that are read together. */
const MOST_TOGETHER = 1 << 12;
/** Most that is read of one input for small extents, with what lies between them. */
const LONGEST_STRETCH = 1 << 18;

/**
 * Several inputs as one sequence of bytes, in the order of their extents. Where extents are small, as where groups share a range, those
 * of one input are read by one call.
 */
export class MergedBytes implements ByteSource {
  readonly name: string;
  readonly #extents: Extents;
  readonly #parts: readonly MergedPart[];
  /** Of the small extents at hand: input, offset in it, length, and where they go in the caller's bytes. */
  readonly #input = new Int32Array(MOST_TOGETHER);
  readonly #offset = new Float64Array(MOST_TOGETHER);
  readonly #taken = new Int32Array(MOST_TOGETHER);
  readonly #place = new Int32Array(MOST_TOGETHER);
  /** The next of the same input; -1 = none. */
  readonly #next = new Int32Array(MOST_TOGETHER);
  /** The first and the last one of each input; -1 = none. */
  readonly #first: Int32Array;
  readonly #last: Int32Array;
  #stretch: Buffer | undefined;

  /** @param name for people. */
  constructor(name: string, extents: Extents, parts: readonly MergedPart[]) {
    this.name = name;
    this.#extents = extents;
    this.#parts = parts;
    this.#first = new Int32Array(parts.length).fill(-1);
    this.#last = new Int32Array(parts.length).fill(-1);
  }

  get byteLength(): number {
    return this.#extents.length;
  }

  read(position: number, into: Uint8Array, at: number, length: number): number {
    const wanted = Math.min(length, this.byteLength - position);
    if (wanted <= 0) return 0;
    const index = this.#extents.find(position);
    const { start, end, input, offset } = this.#extents.at(index);
    const left = end - position;
    if (left < wanted && left < LARGE) return this.#readSmall(index, position, into, at, wanted);
    const taken = Math.min(left, wanted);
    this.#parts[input]!.readAt(offset + position - start, into.subarray(at, at + taken));
    return taken;
  }

  close(): void {
    this.#extents.close();
  }

  /** Small extents up to the next large one, or to the end of what is wanted. */
  #readSmall(from: number, position: number, into: Uint8Array, at: number, wanted: number): number {
    let filled = 0;
    let count = 0;
    const touched: number[] = [];
    for (let index = from; filled < wanted && count < MOST_TOGETHER; index++) {
      const { start, end, input, offset } = this.#extents.at(index);
      const skipped = Math.max(0, position - start);
      const size = end - start - skipped;
      if (size >= LARGE) break;
      const taken = Math.min(size, wanted - filled);
      this.#input[count] = input;
      this.#offset[count] = offset + skipped;
      this.#taken[count] = taken;
      this.#place[count] = at + filled;
      this.#next[count] = -1;
      if (this.#first[input] === -1) {
        this.#first[input] = count;
        touched.push(input);
      } else this.#next[this.#last[input]!] = count;
      this.#last[input] = count;
      filled += taken;
      count++;
    }
    for (const input of touched) {
      const first = this.#first[input]!;
      this.#first[input] = -1;
      this.#readOf(input, first, into);
    }
    return filled;
  }

  /** The small extents of one input, which rise in it: as many by one call as lie close together. */
  #readOf(input: number, first: number, into: Uint8Array): void {
    for (let at = first; at !== -1; ) {
      const begin = this.#offset[at]!;
      let end = begin + this.#taken[at]!;
      let useful = this.#taken[at]!;
      let after = this.#next[at]!;
      for (; after !== -1; after = this.#next[after]!) {
        const stop = this.#offset[after]! + this.#taken[after]!;
        if (stop - begin > LONGEST_STRETCH || stop - begin > 2 * (useful + this.#taken[after]!) + LARGE) break;
        useful += this.#taken[after]!;
        end = stop;
      }
      this.#scatter(input, at, after, begin, end - begin, into);
      at = after;
    }
  }

  #scatter(input: number, from: number, to: number, begin: number, length: number, into: Uint8Array): void {
    this.#stretch ??= Buffer.allocUnsafeSlow(LONGEST_STRETCH);
    const stretch = this.#stretch.subarray(0, length);
    this.#parts[input]!.readAt(begin, stretch);
    for (let at = from; at !== to; at = this.#next[at]!) {
      const start = this.#offset[at]! - begin;
      stretch.copy(into, this.#place[at]!, start, start + this.#taken[at]!);
    }
  }
}
