import type { RowOwner } from '@ekv/adapter';

/** 16 MiB of bits. */
const BITS = 27;
const BIT_MASK = 2 ** BITS - 1;
const WORD_BITS = 5;

const [FNV_START, FNV_PRIME] = [0x811c9dc5, 0x01000193];
/** Between two names: no byte. */
const SEPARATOR = 0x100;

/**
 * Units and scopes that were marked, any number of them in the same memory. It may take one for marked that is not: of a million marked
 * ones one in a hundred.
 */
export class MarkedOwners {
  /** There once a unit is marked. */
  #bits: Uint32Array | undefined;
  /** Scopes of which all units are marked, by adapter and name. */
  readonly #scopes = new Set<string>();
  #count = 0;

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  markUnit(owner: RowOwner): void {
    this.#count++;
    this.#bits ??= new Uint32Array(2 ** (BITS - WORD_BITS));
    const bit = bitOf(owner);
    this.#bits[bit >>> WORD_BITS]! |= 1 << bit;
  }

  /** Marks all units of the scope. */
  markScope(owner: RowOwner): void {
    this.#count++;
    this.#scopes.add(nameOf(owner));
  }

  /** Notes a scope that differs, while its units do not follow from that. */
  markScopeAlone(): void {
    this.#count++;
  }

  /** Whether the owner was marked, or its scope was. */
  has(owner: RowOwner): boolean {
    if (this.#scopes.size > 0 && this.#scopes.has(nameOf(owner))) return true;
    if (this.#bits === undefined || !owner.keyPart.isThere) return false;
    const bit = bitOf(owner);
    return (this.#bits[bit >>> WORD_BITS]! & (1 << bit)) !== 0;
  }
}

function nameOf({ adapter, scope }: RowOwner): string {
  return `${adapter}/${scope?.toString('latin1') ?? ''}`;
}

function bitOf(owner: RowOwner): number {
  const { adapter, scopePart, keyPart, sortKeyPart } = owner;
  let hash = FNV_START ^ adapter.length;
  // Two encodings of one key stand in item rows; of all other units the key has one form.
  const isName = adapter === 'dynamodb';
  for (const part of [scopePart, keyPart, sortKeyPart]) {
    if (!part.isThere) continue;
    const name = isName ? part.name() : undefined;
    hash = name === undefined ? hashed(hash, part.bytes, part.start, part.end) : hashed(hash, name, 0, name.length);
  }
  return (hash ^ (hash >>> BITS)) & BIT_MASK;
}

/** As FNV-1a, in words of four bytes. */
function hashed(start: number, bytes: Buffer, from: number, to: number): number {
  let hash = start;
  let i = from;
  for (const last = to - 4; i <= last; i += 4) {
    const word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    hash = Math.imul(hash ^ word, FNV_PRIME);
    // What is high in a word must reach the low bits.
    hash ^= hash >>> 15;
  }
  for (; i < to; i++) hash = Math.imul(hash ^ bytes[i]!, FNV_PRIME);
  return Math.imul(hash ^ SEPARATOR, FNV_PRIME);
}
