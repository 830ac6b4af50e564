import { type Owner, RowOwner, type RowOwners } from '@ekv/adapter';
import { FAMILIES, ownersOf } from '@ekv/core';
import { type CheckedSnapshot, LIVE, type VersionWalk } from '@ekv/snapshot';
import type {
  FamilyReport,
  LargestUnits,
  ReportAdapter,
  SizeDistribution,
  TimeDistribution,
  UnitHistory,
} from '../report.ts';
import { ADAPTER_ORDER } from './adapter-cells.ts';
import { FamilyAmounts } from './family-amounts.ts';
import { LargestUnitsFinder } from './largest-units.ts';
import { PrefixPath, type Separators, separatorsOf } from './prefix-path.ts';
import { NO_NODE, type PrefixNode, PrefixTree, ROOT } from './prefix-tree.ts';
import { MALFORMED, scopeNameOf } from './scope-name.ts';
import { Sizes } from './sizes.ts';
import { Times } from './times.ts';
import { UnitHistoryCollector } from './unit-history.ts';
import { completeOwner, prefixLengthOf, standsForUnit } from './unit-of-row.ts';
import { UnitParts } from './unit-parts.ts';

export interface CensusOptions {
  /** The bytes at which names of a scope are divided, a byte string. @param scope as of {@link scopeNameOf}. */
  readonly separatorOf: (adapter: ReportAdapter, scope: string) => string;
  /** Units of each adapter that are told as the largest. */
  readonly largest: number;
  /** Nodes of the tree that are told. */
  readonly nodes: number;
  /** Whose history is told. */
  readonly history?: Owner | undefined;
}

/** What one walk over all versions tells. */
export interface CensusResult {
  readonly families: readonly FamilyReport[];
  readonly tree: PrefixNode;
  readonly largest: LargestUnits;
  readonly sizes: SizeDistribution;
  readonly commits: TimeDistribution;
  readonly expiries: TimeDistribution;
  readonly history: UnitHistory | undefined;
}

/** Nodes held for each that is told. */
const HELD = 4;
const TOLD_TOGETHER = 1000;
/** No adapter. */
const NONE = -1;

/** Counts everything in a snapshot while its versions pass in the order of their keys. Memory does not depend on how many there are. */
export class Census {
  readonly #options: CensusOptions;
  readonly #families = new FamilyAmounts();
  readonly #tree: PrefixTree;
  readonly #path: PrefixPath;
  readonly #parts: UnitParts;
  readonly #largest: LargestUnitsFinder;
  readonly #sizes = new Sizes();
  readonly #commits = new Times();
  readonly #expiries = new Times();
  readonly #history: UnitHistoryCollector | undefined;
  readonly #historyAdapter: number;
  readonly #found = new RowOwner();
  /** By family. */
  readonly #adapters = FAMILIES.map(({ adapter }) => (adapter === undefined ? NONE : ADAPTER_ORDER.indexOf(adapter)));
  readonly #isData = FAMILIES.map((family) => family.class === 'data');
  readonly #owners: readonly RowOwners[] = ADAPTER_ORDER.map((adapter) => ownersOf(adapter)!);
  /** Family of the parts that are open. */
  #partsFamily = NONE;
  /** Of the row before: its unit need not be looked up again. */
  #node = NO_NODE;
  #generation = 0;
  #family = NONE;
  #prefixLength = 0;
  readonly #scopes = new ScopeCache();
  #expiring = 0;
  /** Units of adapters whose units can end by themselves. */
  #mayExpire = 0;

  constructor(options: CensusOptions) {
    this.#options = options;
    this.#tree = new PrefixTree(options.nodes * HELD);
    this.#path = new PrefixPath(this.#tree);
    this.#largest = new LargestUnitsFinder(options.largest);
    this.#parts = new UnitParts((part, firstKey) => this.#largest.add(this.#partsFamily, part, firstKey));
    const { history } = options;
    this.#history = history && new UnitHistoryCollector(history);
    this.#historyAdapter = history === undefined ? NONE : ADAPTER_ORDER.indexOf(history.adapter);
  }

  /** Counts all of a snapshot. @param onEntries is told now and then how many entries more were counted. */
  add(source: CheckedSnapshot, onEntries: (entries: number) => void = () => {}): void {
    let untold = 0;
    for (const walk = source.versions(); walk.next(); ) {
      this.take(walk);
      if (++untold < TOLD_TOGETHER) continue;
      onEntries(untold);
      untold = 0;
    }
    onEntries(untold);
    this.end();
  }

  /** After the last version of a snapshot. */
  end(): void {
    this.#parts.end();
    this.#family = NONE;
  }

  /** Once, after all snapshots. @param sources what was counted. */
  result(sources: readonly CheckedSnapshot[]): CensusResult {
    return {
      families: this.#families.reports(),
      tree: this.#tree.result(this.#options.nodes),
      largest: this.#largest.result(sources),
      sizes: this.#sizes.distribution(),
      commits: this.#commits.distribution(),
      expiries: this.#expiriesOfAll(),
      history: this.#history?.history(),
    };
  }

  #expiriesOfAll(): TimeDistribution {
    const { without, ...distribution } = this.#expiries.distribution();
    const never = Math.max(0, this.#mayExpire - this.#expiring);
    return { ...distribution, without: { ...without, count: without.count + never } };
  }

  /** Counts a version; they come in order. */
  take(walk: VersionWalk): void {
    const bytes = walk.keyEnd - walk.keyStart + walk.bodyBytes;
    const { family, shared } = walk;
    this.#families.add(walk, bytes);
    this.#parts.pass(shared);
    const adapter = family === NONE || !this.#isData[family] ? NONE : this.#adapters[family]!;
    if (adapter === NONE) {
      this.#family = NONE;
      return;
    }
    const committedMs = walk.state === LIVE ? walk.committedMs : 0;
    if (walk.state === LIVE) {
      this.#sizes.add(adapter, bytes);
      this.#commits.add(adapter, committedMs, bytes);
    }
    this.#takeOfAdapter(walk, adapter, bytes, committedMs);
  }

  #takeOfAdapter(walk: VersionWalk, adapter: number, bytes: number, committedMs: number): void {
    const { family, shared, keyStart, keyEnd } = walk;
    const found = this.#found;
    const isFound = this.#owners[adapter]!.find(found, walk.bytes, keyStart, keyEnd);
    if (!isFound) {
      this.#family = NONE;
      this.#tree.add(this.#scopeNode(adapter, MALFORMED), walk.state, bytes);
      return;
    }
    const telling = completeOwner(found, walk);
    const prefixLength = telling === 'alone' ? 0 : prefixLengthOf(found, walk);
    const isSameUnit =
      family === this.#family && prefixLength > 0 && prefixLength === this.#prefixLength && shared >= prefixLength;
    if (!isSameUnit || this.#generation !== this.#tree.generation) {
      this.#node = this.#nodeOf(adapter);
      this.#generation = this.#tree.generation;
      this.#family = family;
      this.#prefixLength = prefixLength;
    }
    this.#tree.add(this.#node, walk.state, bytes);
    let isFirstElement = false;
    if (prefixLength > 0) {
      // Parts of another family were closed by `pass`: its keys begin in another way.
      this.#partsFamily = family;
      isFirstElement = this.#parts.add(walk, prefixLength, found.role === 'element', committedMs);
    }
    if (telling === 'alone') this.#largest.addRow(walk, found);
    if (walk.state === LIVE) this.#takeLive(walk, adapter, isFirstElement);
    if (adapter === this.#historyAdapter) this.#history!.take(walk, found);
  }

  #takeLive(walk: VersionWalk, adapter: number, isFirstElement: boolean): void {
    const found = this.#found;
    const owners = this.#owners[adapter]!;
    if (standsForUnit(found, isFirstElement)) {
      this.#tree.addUnit(this.#node);
      if (owners.expiresAtMs !== undefined) this.#mayExpire++;
    }
    if (owners.expiresAtMs === undefined) return;
    const expiresAtMs = owners.expiresAtMs(found, walk.bytes, walk.valueStart, walk.headEnd);
    if (expiresAtMs === 0) return;
    this.#expiries.add(adapter, expiresAtMs, 0);
    this.#expiring++;
  }

  #nodeOf(adapter: number): number {
    const found = this.#found;
    for (;;) {
      const scope = this.#scopeNode(adapter, undefined);
      const { separators } = this.#scopes;
      if (separators === undefined || !found.keyPart.isThere) return scope;
      const node = this.#prefixNode(scope, separators);
      if (node !== NO_NODE) return node;
    }
  }

  /** What stands as it is need not be copied. */
  #prefixNode(scope: number, separators: Separators): number {
    const { keyPart } = this.#found;
    if (keyPart.isPlain) return this.#path.nodeOf(scope, separators, keyPart.bytes, keyPart.start, keyPart.end);
    const name = this.#found.key;
    return name === undefined ? scope : this.#path.nodeOf(scope, separators, name, 0, name.length);
  }

  /** @param name Default: that of the row at hand. */
  #scopeNode(adapter: number, name: string | undefined): number {
    const { adapter: _, kind, role, scope } = this.#found;
    const cache = this.#scopes;
    if (name === undefined && cache.isOf(adapter, kind ?? role, scope, this.#tree.generation)) return cache.node;
    const scopeName = name ?? scopeNameOf(this.#found);
    const node = this.#childOfRoot(adapter, scopeName);
    if (name !== undefined) return node;
    const separator = this.#options.separatorOf(ADAPTER_ORDER[adapter]!, scopeName);
    cache.set(adapter, kind ?? role, scope, this.#tree.generation, node, separator);
    return node;
  }

  #childOfRoot(adapter: number, scopeName: string): number {
    for (;;) {
      const parent = this.#tree.child(ROOT, ADAPTER_ORDER[adapter]!);
      const node = parent === NO_NODE ? NO_NODE : this.#tree.child(parent, scopeName);
      if (node !== NO_NODE) return node;
    }
  }
}

/** The scope of the row before, for rows of one scope stand together. */
class ScopeCache {
  node = NO_NODE;
  separators: Separators | undefined;
  #adapter = NONE;
  #type: string | undefined;
  #scope: Buffer | undefined;
  #generation = -1;

  isOf(adapter: number, type: string, scope: Buffer | undefined, generation: number): boolean {
    return adapter === this.#adapter && type === this.#type && scope === this.#scope && generation === this.#generation;
  }

  set(
    adapter: number,
    type: string,
    scope: Buffer | undefined,
    generation: number,
    node: number,
    separator: string,
  ): void {
    this.#adapter = adapter;
    this.#type = type;
    this.#scope = scope;
    this.#generation = generation;
    this.node = node;
    this.separators = separator === '' ? undefined : separatorsOf(separator);
  }
}
