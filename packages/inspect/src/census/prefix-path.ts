import { NO_NODE, type PrefixTree } from './prefix-tree.ts';

/** Deeper prefixes, and longer parts of names, are not told apart. */
const MOST_PARTS = 24;
const LONGEST_PART = 256;
const LONGEST_PREFIX = 4096;

/** The bytes at which names are divided: by byte, 1 for those. */
export type Separators = Uint8Array;

/** @param bytes a byte string. */
export function separatorsOf(bytes: string): Separators {
  const separators = new Uint8Array(256);
  for (const separator of Buffer.from(bytes, 'latin1')) separators[separator] = 1;
  return separators;
}

/** Finds the node of a name in a tree, part by part; what a name shares with the one before is not looked up again. */
export class PrefixPath {
  readonly #tree: PrefixTree;
  #scope = NO_NODE;
  #separators: Separators | undefined;
  #generation = 0;
  /** The name before, as far as it was divided. */
  readonly #name = Buffer.alloc(LONGEST_PREFIX);
  #nameLength = 0;
  /** Of its parts: where each ends, and its node. */
  readonly #ends: number[] = [];
  readonly #nodes: number[] = [];

  constructor(tree: PrefixTree) {
    this.#tree = tree;
  }

  /**
   * The node of the longest prefix of the name `bytes[start, end)` that ends in a separator; the scope's when there is none.
   *
   * @returns NO_NODE when nodes were summed up: the scope must be looked up again.
   */
  nodeOf(scope: number, separators: Separators, bytes: Buffer, start: number, end: number): number {
    if (scope !== this.#scope || separators !== this.#separators || this.#generation !== this.#tree.generation) {
      this.#scope = scope;
      this.#separators = separators;
      this.#generation = this.#tree.generation;
      this.#forgetFrom(0);
      this.#nameLength = 0;
    }
    const limit = Math.min(end - start, LONGEST_PREFIX);
    const shared = this.#shared(bytes, start, limit);
    while (this.#ends.length > 0 && this.#ends.at(-1)! > shared) this.#forgetFrom(this.#ends.length - 1);
    let from = this.#ends.at(-1) ?? 0;
    let node = this.#nodes.at(-1) ?? scope;
    for (let i = from; i < limit && this.#ends.length < MOST_PARTS; i++) {
      if (separators[bytes[start + i]!] === 0) continue;
      if (i + 1 - from > LONGEST_PART) break;
      node = this.#tree.child(node, bytes.toString('latin1', start + from, start + i + 1));
      if (node === NO_NODE) {
        this.#scope = NO_NODE;
        return NO_NODE;
      }
      from = i + 1;
      this.#ends.push(from);
      this.#nodes.push(node);
    }
    this.#keep(bytes, start, shared, limit);
    return node;
  }

  #shared(bytes: Buffer, start: number, limit: number): number {
    const most = Math.min(limit, this.#nameLength);
    let shared = 0;
    while (shared < most && this.#name[shared] === bytes[start + shared]) shared++;
    return shared;
  }

  #keep(bytes: Buffer, start: number, shared: number, limit: number): void {
    for (let i = shared; i < limit; i++) this.#name[i] = bytes[start + i]!;
    this.#nameLength = limit;
  }

  #forgetFrom(part: number): void {
    this.#ends.length = part;
    this.#nodes.length = part;
  }
}
