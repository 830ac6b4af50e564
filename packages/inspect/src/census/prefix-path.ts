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

/** A prefix of the name at hand. */
interface Part {
  /** Where it ends. */
  readonly end: number;
  /** Its node, or while it is a candidate the loose row of its amounts. */
  readonly row: number;
  readonly isCandidate: boolean;
}

/**
 * Finds the node of a name in a tree, part by part; what a name shares with the one before is not looked up again. Names come in order, so that those that begin alike stand
 * together: once the tree was full, a new prefix is a candidate, and becomes a node only when all names that begin so have passed and were enough to stay.
 */
export class PrefixPath {
  readonly #tree: PrefixTree;
  #scope = NO_NODE;
  #separators: Separators | undefined;
  #generation = 0;
  /** The name before, up to the end of its last part. */
  readonly #name = Buffer.alloc(LONGEST_PREFIX);
  readonly #parts: Part[] = [];
  /** By number of parts before it. */
  readonly #looseRows: number[];

  constructor(tree: PrefixTree) {
    this.#tree = tree;
    this.#looseRows = Array.from({ length: MOST_PARTS }, () => tree.looseRow());
    tree.beforeSumUp = () => this.#leaveTo(0);
  }

  /**
   * The node, or row of amounts, of the longest prefix of the name `bytes[start, end)` that ends in a separator; the scope's when there is none. Good until the next call.
   *
   * @returns NO_NODE when nodes were summed up: the scope must be looked up again.
   */
  nodeOf(scope: number, separators: Separators, bytes: Buffer, start: number, end: number): number {
    const tree = this.#tree;
    if (tree.makeRoom()) return NO_NODE;
    if (scope !== this.#scope || separators !== this.#separators || this.#generation !== tree.generation)
      this.#begin(scope, separators);
    const limit = Math.min(end - start, LONGEST_PREFIX);
    const count = this.#sharedParts(bytes, start, limit);
    if (count < this.#parts.length) this.#leaveTo(count);
    const last = count === 0 ? undefined : this.#parts[count - 1]!;
    const shared = last?.end ?? 0;
    let from = shared;
    let row = last?.row ?? scope;
    let isCandidate = last?.isCandidate ?? false;
    for (let i = from; i < limit && this.#parts.length < MOST_PARTS; i++) {
      if (separators[bytes[start + i]!] === 0) continue;
      if (i + 1 - from > LONGEST_PART) break;
      if (!isCandidate) {
        const name = bytes.toString('latin1', start + from, start + i + 1);
        let node = tree.known(row, name);
        if (node === NO_NODE && tree.least === 0) node = tree.make(row, name);
        isCandidate = node === NO_NODE;
        row = node;
      }
      if (isCandidate) row = this.#looseRows[this.#parts.length]!;
      from = i + 1;
      this.#parts.push({ end: from, row, isCandidate });
    }
    for (let i = shared; i < from; i++) this.#name[i] = bytes[start + i]!;
    return row;
  }

  #begin(scope: number, separators: Separators): void {
    // Those of an earlier generation were left before nodes were summed up.
    this.#leaveTo(0);
    this.#scope = scope;
    this.#separators = separators;
    this.#generation = this.#tree.generation;
  }

  /** Parts of the name before that this one begins with, too. */
  #sharedParts(bytes: Buffer, start: number, limit: number): number {
    const parts = this.#parts;
    let at = 0;
    for (let count = 0; count < parts.length; count++) {
      const { end } = parts[count]!;
      if (end > limit) return count;
      while (at < end && this.#name[at] === bytes[start + at]) at++;
      if (at < end) return count;
    }
    return parts.length;
  }

  /** Decides what becomes of the candidates beyond the first `count` parts. */
  #leaveTo(count: number): void {
    while (this.#parts.length > count) {
      const index = this.#parts.length - 1;
      const { row, isCandidate } = this.#parts[index]!;
      if (isCandidate) {
        if (this.#tree.fileBytes(row) > this.#tree.least) this.#makeUpTo(index);
        else if (index > 0 && this.#parts[index - 1]!.isCandidate) this.#tree.move(row, this.#parts[index - 1]!.row);
        else this.#tree.moveToRest(row, this.#rowBefore(index));
      }
      this.#parts.length = index;
    }
  }

  /** Makes nodes of the candidates up to this one. */
  #makeUpTo(index: number): void {
    for (let i = 0; i <= index; i++) {
      const { end, row, isCandidate } = this.#parts[i]!;
      if (!isCandidate) continue;
      const from = i === 0 ? 0 : this.#parts[i - 1]!.end;
      const node = this.#tree.make(this.#rowBefore(i), this.#name.toString('latin1', from, end));
      this.#tree.move(row, node);
      this.#parts[i] = { end, row: node, isCandidate: false };
    }
  }

  #rowBefore(index: number): number {
    return index === 0 ? this.#scope : this.#parts[index - 1]!.row;
  }
}
