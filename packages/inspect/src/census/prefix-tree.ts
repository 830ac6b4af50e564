import type { VersionState } from '@ekv/snapshot';
import { fileBytesOf, sumOf } from '../amounts.ts';
import type { Amounts } from '../report.ts';
import { AmountsTable } from './amounts-table.ts';

/** A part of the keys, as {@link PrefixTree.result} gives it. */
export interface PrefixNode {
  /** A byte string; empty for the root, and for what is summed up. */
  readonly name: string;
  /** With those of all below it. */
  readonly amounts: Amounts;
  /** The largest first, what is summed up last. */
  readonly children: readonly PrefixNode[];
  /** How many nodes are summed up in it; 0 for one that stands for itself. */
  readonly summedUp: number;
}

export const ROOT = 0;
export const NO_NODE = -1;
/** Adapters stay; of scopes the largest. */
const SCOPE_DEPTH = 2;
const MOST_SCOPES = 1000;
/** Nodes that stand for themselves when there are too many; as many again can be needed for what is summed up. */
const KEPT = 1 / 4;
/** What is smaller than all, by so many times the number of nodes, is none of the largest. */
const SMALL = 4;
/** Room for loose rows, and for nodes that are made when there is no room for a child any more. */
const RESERVE = 128;

/**
 * Amounts by parts of keys, in a bounded number of nodes. When there are too many, the largest stay, and all others are summed up, each in one child of the node below which
 * it was. So what a node says, with all below it, is exact at any time; a part that is summed up and comes again may stand in both.
 */
export class PrefixTree {
  readonly #most: number;
  readonly #amounts: AmountsTable;
  readonly #parents: Int32Array;
  readonly #depths: Uint16Array;
  readonly #children: Array<Map<string, number> | undefined>;
  readonly #names: string[];
  /** Of a node: the child in which small ones are summed up. */
  readonly #rests: Int32Array;
  /** Of such a child: how many; of others 0. */
  readonly #summedUp: Float64Array;
  readonly #free: number[] = [];
  #looseRows = 0;
  #end = 1;
  /** Rises when nodes are summed up: numbers of nodes from before may be those of others. */
  generation = 0;
  /** Once nodes were summed up: what a new one must take in a file to be worth making. */
  least = 0;
  /** Is called before nodes are summed up. */
  beforeSumUp: (() => void) | undefined;

  /** @param most nodes held, beside 128 more for who sums up on the way; 16 at least. */
  constructor(most: number) {
    this.#most = Math.max(16, most) + RESERVE;
    this.#amounts = new AmountsTable();
    this.#parents = new Int32Array(this.#most).fill(NO_NODE);
    this.#depths = new Uint16Array(this.#most);
    this.#rests = new Int32Array(this.#most).fill(NO_NODE);
    this.#summedUp = new Float64Array(this.#most);
    this.#children = [undefined];
    this.#names = [''];
  }

  /**
   * The child of this name, a byte string. When there are too many nodes, room is made for it, and {@link NO_NODE} is given: all numbers of nodes are void then, begin
   * at the root again.
   */
  child(node: number, name: string): number {
    const found = this.known(node, name);
    if (found !== NO_NODE) return found;
    if (this.makeRoom()) return NO_NODE;
    return this.make(node, name);
  }

  /** Sums up nodes when there are too many. @returns whether that was so; all numbers of nodes are void then. */
  makeRoom(): boolean {
    if (this.#end - this.#free.length - this.#looseRows < this.#most - RESERVE) return false;
    this.#sumUp(Math.floor((this.#most - RESERVE) * KEPT));
    return true;
  }

  /** The child, when it was made before; else {@link NO_NODE}. */
  known(node: number, name: string): number {
    return this.#children[node]?.get(name) ?? NO_NODE;
  }

  /** A row for amounts that belong to no node yet; it stays. */
  looseRow(): number {
    this.#looseRows++;
    return this.#end++;
  }

  /** What the entries of a loose row, or of a node alone, take in a file. */
  fileBytes(row: number): number {
    return this.#amounts.fileBytes(row);
  }

  /** Moves what a loose row has to a node, or to another one. */
  move(row: number, to: number): void {
    this.#amounts.addRow(to, row);
    this.#amounts.clear(row);
  }

  /** Moves what a loose row has to what is summed up below a node. */
  moveToRest(row: number, node: number): void {
    let rest = this.#rests[node]!;
    if (rest === NO_NODE) {
      rest = this.#newNode(node);
      this.#rests[node] = rest;
    }
    this.move(row, rest);
    this.#summedUp[rest]!++;
  }

  /** Counts an entry that stands in this node and in none below it. @param bytes of key and body. */
  add(node: number, state: VersionState, bytes: number): void {
    this.#amounts.add(node, state, bytes);
  }

  addUnit(node: number): void {
    this.#amounts.addUnit(node);
  }

  /** @param most nodes that stand for themselves, beside the root. */
  result(most: number): PrefixNode {
    this.#sumUp(Math.min(most, this.#most));
    return this.#nodeOf(ROOT);
  }

  /** Makes a child that is not {@link known}. At most 64 after {@link makeRoom}. */
  make(parent: number, name: string): number {
    const node = this.#newNode(parent);
    this.#names[node] = name;
    const siblings = this.#children[parent];
    if (siblings === undefined) this.#children[parent] = new Map([[name, node]]);
    else siblings.set(name, node);
    return node;
  }

  #newNode(parent: number): number {
    const node = this.#free.pop() ?? this.#end++;
    this.#parents[node] = parent;
    this.#depths[node] = this.#depths[parent]! + 1;
    this.#rests[node] = NO_NODE;
    this.#summedUp[node] = 0;
    this.#names[node] = '';
    this.#children[node] = undefined;
    this.#amounts.clear(node);
    return node;
  }

  #sumUp(kept: number): void {
    this.beforeSumUp?.();
    this.generation++;
    const byDepth = this.#nodesByDepth();
    const nodes = byDepth.reduce((sum, { length }) => sum + length, 0);
    if (nodes <= kept) return;
    const totals = this.#totals(byDepth);
    const sizes = this.#sizes(byDepth, totals);
    const sorted = Float64Array.from(byDepth.flatMap((level) => level.map((node) => sizes[node]!))).sort();
    const least = sorted[nodes - kept]!;
    const all = byDepth[1]?.reduce((sum, node) => sum + totals[node]!, 0) ?? 0;
    this.least = Math.max(least, all / (SMALL * this.#most));
    // Of those of that size, which there may be more of, the upper ones stay.
    let equal = 0;
    for (let i = nodes - kept; i < nodes && sorted[i] === least; i++) equal++;
    const small = byDepth.map((level) =>
      level.filter((node) => sizes[node]! < least || (sizes[node] === least && equal-- <= 0)),
    );
    // Those below first, so that each takes with it what is summed up in it.
    for (const level of small.reverse()) for (const node of level) this.#putIntoRest(node);
  }

  /** Those that stand for themselves, beside the root. */
  #nodesByDepth(): number[][] {
    const byDepth: number[][] = [];
    for (let node = 1; node < this.#end; node++) {
      if (this.#parents[node] === NO_NODE || this.#summedUp[node] !== 0) continue;
      const depth = this.#depths[node]!;
      while (byDepth.length <= depth) byDepth.push([]);
      byDepth[depth]!.push(node);
    }
    return byDepth;
  }

  /** What a node takes in a file, with all below it: no node is below one of its children. */
  #totals(byDepth: ReadonlyArray<readonly number[]>): Float64Array {
    const sizes = new Float64Array(this.#end);
    for (const level of byDepth.toReversed()) {
      for (const node of level) {
        const rest = this.#rests[node]!;
        sizes[node]! += this.#amounts.fileBytes(node) + (rest === NO_NODE ? 0 : this.#amounts.fileBytes(rest));
        sizes[this.#parents[node]!]! += sizes[node]!;
      }
    }
    return sizes;
  }

  /** The same; adapters and the largest scopes are above all. */
  #sizes(byDepth: ReadonlyArray<readonly number[]>, totals: Float64Array): Float64Array {
    const sizes = totals.slice();
    const scopes = [...(byDepth[SCOPE_DEPTH] ?? [])].sort((a, b) => sizes[b]! - sizes[a]!).slice(0, MOST_SCOPES);
    for (const node of [...byDepth.slice(0, SCOPE_DEPTH).flat(), ...scopes]) sizes[node] = Number.POSITIVE_INFINITY;
    return sizes;
  }

  #putIntoRest(node: number): void {
    const parent = this.#parents[node]!;
    const inIt = this.#rests[node]!;
    const siblings = this.#children[parent]!;
    siblings.delete(this.#names[node]!);
    if (siblings.size === 0) this.#children[parent] = undefined;
    let summedUp = 1;
    if (inIt !== NO_NODE) {
      this.#amounts.addRow(node, inIt);
      summedUp += this.#summedUp[inIt]!;
      this.#drop(inIt);
    }
    const rest = this.#rests[parent]!;
    if (rest === NO_NODE) {
      // It becomes the rest itself.
      this.#names[node] = '';
      this.#rests[node] = NO_NODE;
      this.#rests[parent] = node;
      this.#summedUp[node] = summedUp;
      return;
    }
    this.#amounts.addRow(rest, node);
    this.#summedUp[rest]! += summedUp;
    this.#drop(node);
  }

  #drop(node: number): void {
    this.#parents[node] = NO_NODE;
    this.#rests[node] = NO_NODE;
    this.#summedUp[node] = 0;
    this.#names[node] = '';
    this.#free.push(node);
  }

  #nodeOf(node: number): PrefixNode {
    const children = Array.from(this.#children[node]?.values() ?? [], (child) => this.#nodeOf(child)).sort(bySize);
    const rest = this.#rests[node]!;
    if (rest !== NO_NODE) children.push(this.#nodeOf(rest));
    return {
      name: this.#names[node]!,
      amounts: sumOf([this.#amounts.amounts(node), ...children.map(({ amounts }) => amounts)]),
      children,
      summedUp: this.#summedUp[node]!,
    };
  }
}

function bySize(a: PrefixNode, b: PrefixNode): number {
  return fileBytesOf(b.amounts) - fileBytesOf(a.amounts) || (a.name < b.name ? -1 : 1);
}
