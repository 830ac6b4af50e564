import { randomBytes } from 'node:crypto';
import { crc32c } from '@ekv/snapshot';

/** Where a line stands in a file. */
export interface LinePlace {
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** Bytes, without the line feed. */
  readonly length: number;
  /** 1-based. */
  readonly number: number;
}

/**
 * The line of each hashed file name, found by 96 bits of the name: a hash table in typed arrays. What it finds must be
 * compared with the name, for two names can share their 96 bits when someone wants them to.
 */
export class NameIndex {
  /** Number of the entry plus 1; 0 is a free slot. At most half of them are taken. */
  #slots = new Uint32Array(1 << 10);
  #hashes = new Uint32Array(3 << 9);
  #offsets = new Float64Array(1 << 9);
  #lengths = new Uint32Array(1 << 9);
  #numbers = new Uint32Array(1 << 9);
  #count = 0;
  /** So that nobody can make names that all want the same slot. */
  readonly #seed = randomBytes(4).readInt32LE();

  /** Sets the place of a name, in place of an earlier one. */
  set(name: string, place: LinePlace): void {
    if (this.#count === this.#offsets.length) this.#widen();
    const [a, b, c] = fingerprint(name);
    const slot = this.#slot(a, b, c);
    let entry = this.#slots[slot]! - 1;
    if (entry === -1) {
      entry = this.#count++;
      this.#slots[slot] = entry + 1;
      this.#hashes.set([a, b, c], entry * 3);
    }
    this.#offsets[entry] = place.offset;
    this.#lengths[entry] = place.length;
    this.#numbers[entry] = place.number;
  }

  get(name: string): LinePlace | undefined {
    const [a, b, c] = fingerprint(name);
    const entry = this.#slots[this.#slot(a, b, c)]! - 1;
    if (entry === -1) return undefined;
    return { offset: this.#offsets[entry]!, length: this.#lengths[entry]!, number: this.#numbers[entry]! };
  }

  /** The slot of a fingerprint: where it is, or the free one where it belongs. */
  #slot(a: number, b: number, c: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = mixed(this.#seed, a, b, c) & mask; ; slot = (slot + 1) & mask) {
      const at = (this.#slots[slot]! - 1) * 3;
      if (at < 0 || (this.#hashes[at] === a && this.#hashes[at + 1] === b && this.#hashes[at + 2] === c)) return slot;
    }
  }

  #widen(): void {
    this.#hashes = widened(this.#hashes, new Uint32Array(this.#hashes.length * 2));
    this.#offsets = widened(this.#offsets, new Float64Array(this.#offsets.length * 2));
    this.#lengths = widened(this.#lengths, new Uint32Array(this.#lengths.length * 2));
    this.#numbers = widened(this.#numbers, new Uint32Array(this.#numbers.length * 2));
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let entry = 0; entry < this.#count; entry++) {
      const at = entry * 3;
      this.#slots[this.#slot(this.#hashes[at]!, this.#hashes[at + 1]!, this.#hashes[at + 2]!)] = entry + 1;
    }
  }
}

function widened<T extends Uint32Array | Float64Array>(from: T, into: T): T {
  into.set(from);
  return into;
}

/** The name begins with 32 hex digits of a SHA-256: 16 of them, and a checksum of the whole. */
function fingerprint(name: string): [number, number, number] {
  return [Number.parseInt(name.slice(0, 8), 16), Number.parseInt(name.slice(8, 16), 16), crc32c(Buffer.from(name))];
}

function mixed(seed: number, a: number, b: number, c: number): number {
  let hash = seed;
  for (const word of [a, b, c]) {
    hash = Math.imul(hash ^ word, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}
