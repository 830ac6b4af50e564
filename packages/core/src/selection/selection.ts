import { type AdapterName, type KeyRange, type Owner, sortedRanges } from '@ekv/adapter';
import { UsageError } from '@ekv/snapshot';
import { didYouMean } from '@ekv/snapshot/arguments';
import { ownersOf, readAddress, writeAddress } from '../owners/addresses.ts';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';
import { AddressGlob } from './address-glob.ts';

/** How a part of the data is chosen; docs/format/13-selection.md, section 3. */
export interface SelectionOptions {
  /** Patterns of addresses: what matches one of them is taken. Default: everything. */
  readonly match?: readonly string[] | undefined;
  /** Tables, buckets and queues, each as `ADAPTER=NAME`: only what is in one of them is taken. Default: everything. */
  readonly scopes?: readonly string[] | undefined;
  /** Patterns of addresses: what matches one of them is left out. Default: nothing. */
  readonly exclude?: readonly string[] | undefined;
  /** `drop`: what had expired at the moment of the data is left out. Default: `keep`. */
  readonly expired?: 'keep' | 'drop' | undefined;
}

/**
 * What of a selection has decided nothing so far: patterns and scopes by which nothing was taken, patterns of `exclude` by which nothing was left out that the others
 * take.
 */
export interface Unmatched {
  readonly match: readonly string[];
  readonly scopes: readonly string[];
  readonly exclude: readonly string[];
}

/**
 * A part of the keys, items, objects and messages, chosen by their addresses. A pattern that matches the address of a scope, or of an adapter, stands for all in it.
 */
export class Selection {
  readonly options: SelectionOptions;
  readonly #match: readonly AddressGlob[];
  readonly #exclude: readonly AddressGlob[];
  /** By the addresses of the scopes. */
  readonly #scopes: ReadonlyMap<string, string>;
  /** By which nothing was taken so far: patterns, and addresses of scopes. */
  readonly #unmatched: Set<AddressGlob | string>;
  /** Patterns of `exclude` by which nothing was left out so far. Who names an adapter has not mistyped it. */
  readonly #unmatchedExcludes: Set<AddressGlob | string>;
  #hasTaken = false;
  #last: OfScope | undefined;

  /** Throws UsageError for a pattern or a scope that is none. */
  constructor(options: SelectionOptions = {}) {
    const { match = [], scopes = [], exclude = [], expired = 'keep' } = options;
    this.options = options;
    this.#match = match.map(globOf);
    this.#exclude = exclude.map(globOf);
    this.#scopes = new Map(scopes.map((scope) => [scopeAddress(scope), scope]));
    this.#unmatched = new Set([...this.#match, ...this.#scopes.keys()]);
    this.#unmatchedExcludes = new Set(
      this.#exclude.filter((glob) => !ADAPTER_NAMES.some((adapter) => glob.matches(adapter))),
    );
    if (expired !== 'keep' && expired !== 'drop')
      throw new UsageError(`--expired ${JSON.stringify(expired)} must be keep or drop`);
  }

  /** Whether all is taken that has an address. */
  get takesAll(): boolean {
    return this.takesUnowned && this.#exclude.length === 0;
  }

  /** Whether rows that no adapter knows are taken, too: nobody has said what is wanted, at most what is not. */
  get takesUnowned(): boolean {
    return this.#match.length === 0 && this.#scopes.size === 0;
  }

  get dropsExpired(): boolean {
    return this.options.expired === 'drop';
  }

  /** Whether a unit is taken, or a scope as a whole, with what is known of it beside its units. */
  takes(owner: Owner): boolean {
    return this.takesAddress(writeAddress(owner));
  }

  /** Whether a scope is taken, and no pattern of `exclude` can match anything in it. */
  takesWhole(owner: Owner): boolean {
    const below = `${writeAddress(owner)}/`;
    return this.takes(owner) && !this.#exclude.some((glob) => glob.mayMatchBelow(below));
  }

  /** As {@link takes}, by the address that `writeAddress` gives. */
  takesAddress(address: string): boolean {
    const scope = this.#ofScope(address);
    if (!scope.isInScopes) return false;
    if (!scope.isMatched && !this.#match.some((glob) => glob.matches(address))) return false;
    const isTaken = !scope.isExcluded && !this.#exclude.some((glob) => glob.matches(address));
    if (isTaken) this.#hasTaken = true;
    note(isTaken ? this.#unmatched : this.#unmatchedExcludes, address, scope.addresses);
    return isTaken;
  }

  /** Whether something in the scope, or in the adapter, may be taken: false only when nothing can be. */
  mayHold({ adapter, scope }: Owner): boolean {
    const address = writeAddress({ adapter, scope });
    const { isInScopes, isExcluded, isMatched } = this.#ofScope(address);
    if (isExcluded) return false;
    if (!isInScopes && (scope !== undefined || !this.#hasScopeOf(adapter))) return false;
    return isMatched || this.#match.some((glob) => glob.mayMatchBelow(`${address}/`));
  }

  /**
   * Stretches of keys outside of which no row of what is taken stands, ascending; rows of others may stand in them. Without the rows of
   * transactions that were open, which stand below `!txn|`.
   */
  ranges(): KeyRange[] {
    return sortedRanges(this.places().flatMap((owner) => ownersOf(owner.adapter)!.ranges(owner)));
  }

  /** Adapters, scopes and units in which all stands that may be taken. */
  places(): readonly Owner[] {
    const adapters = ADAPTER_NAMES.filter((adapter) => this.mayHold({ adapter }));
    return adapters.flatMap((adapter) => this.#placesIn(adapter));
  }

  /** Whether something that was asked for was taken. */
  get hasTaken(): boolean {
    return this.#hasTaken;
  }

  /** Whether something was taken, and each pattern and scope has had its part in what was taken and left out. */
  get isMatched(): boolean {
    return this.#hasTaken && this.#unmatched.size + this.#unmatchedExcludes.size === 0;
  }

  /** What of the selection has had no part so far in what was asked for. */
  unmatched(): Unmatched {
    const patterns = (globs: readonly AddressGlob[], among: ReadonlySet<AddressGlob | string>) =>
      globs.filter((glob) => among.has(glob)).map(({ pattern }) => pattern);
    const scopes = [...this.#scopes].filter(([address]) => this.#unmatched.has(address)).map(([, scope]) => scope);
    const exclude = patterns(this.#exclude, this.#unmatchedExcludes);
    return { match: patterns(this.#match, this.#unmatched), scopes, exclude };
  }

  /** Owners in whose ranges all stands that may be taken of an adapter. */
  #placesIn(adapter: AdapterName): readonly Owner[] {
    const whole = [{ adapter }];
    const scopes = [...this.#scopes.keys()].map(readAddress).filter((scope) => scope.adapter === adapter);
    if (scopes.length > 0) return scopes;
    if (this.#match.length === 0) return whole;
    const globs = this.#match.filter((glob) => glob.matches(adapter) || glob.mayMatchBelow(`${adapter}/`));
    const places = globs.map((glob) => placeOf(glob, adapter));
    return places.includes(undefined) ? whole : places.filter((place) => place !== undefined);
  }

  #hasScopeOf(adapter: AdapterName): boolean {
    return [...this.#scopes.keys()].some((address) => address.startsWith(`${adapter}/`));
  }

  /** What the adapter and the scope of an address decide; addresses of one scope come one after the other. */
  #ofScope(address: string): OfScope {
    const end = endOfScope(address);
    const { addresses: [, last] = [] } = this.#last ?? {};
    if (last?.length === end && address.startsWith(last)) return this.#last!;
    const scope = address.slice(0, end);
    const adapterEnd = scope.indexOf('/');
    const addresses = [adapterEnd === -1 ? scope : scope.slice(0, adapterEnd), scope] as const;
    const isHit = (globs: readonly AddressGlob[]) => globs.some((glob) => addresses.some((one) => glob.matches(one)));
    this.#last = {
      addresses,
      isInScopes: this.#scopes.size === 0 || this.#scopes.has(scope),
      isMatched: this.#match.length === 0 || isHit(this.#match),
      isExcluded: isHit(this.#exclude),
    };
    return this.#last;
  }
}

/** Takes out of the patterns and scopes those that match the address, or one that it stands below. */
function note(unmatched: Set<AddressGlob | string>, address: string, above: readonly string[]): void {
  for (const one of unmatched) {
    const isMatched =
      typeof one === 'string' ? above.includes(one) : [address, ...above].some((some) => one.matches(some));
    if (isMatched) unmatched.delete(one);
  }
}

/** What is decided for all that is in a scope. */
interface OfScope {
  /** Of the adapter, and of the scope; the same twice where there is none. */
  readonly addresses: readonly [adapter: string, scope: string];
  readonly isInScopes: boolean;
  readonly isMatched: boolean;
  readonly isExcluded: boolean;
}

function isScoped(adapter: string): boolean {
  return ownersOf(adapter)?.addresses.scope !== undefined;
}

/** Where the address of the scope ends, or where there is none that of the adapter. */
function endOfScope(address: string): number {
  const adapterEnd = address.indexOf('/');
  if (adapterEnd === -1) return address.length;
  if (!isScoped(address.slice(0, adapterEnd))) return adapterEnd;
  const slash = address.indexOf('/', adapterEnd + 1);
  return slash === -1 ? address.length : slash;
}

/** The unit or scope in which all stands that a pattern can match of an adapter; `undefined` when that is the whole of it. */
function placeOf(glob: AddressGlob, adapter: AdapterName): Owner | undefined {
  const { literalStart } = glob;
  if (glob.isLiteral) {
    const { key, scope } = readAddress(literalStart);
    return isScoped(adapter) ? scope && { adapter, scope } : key && { adapter, key };
  }
  if (!isScoped(adapter)) return undefined;
  const nameAt = adapter.length + 1;
  const slash = literalStart.indexOf('/', nameAt);
  return slash === -1 ? undefined : readAddress(literalStart.slice(0, slash));
}

/** The address of `ADAPTER=NAME`, the name spelled as in addresses. */
function scopeAddress(text: string): string {
  const equals = text.indexOf('=');
  const adapter = equals === -1 ? text : text.slice(0, equals);
  const addresses = ownersOf(adapter)?.addresses;
  const scoped: readonly string[] = ADAPTER_NAMES.filter(isScoped);
  if (addresses?.scope === undefined) {
    const hint =
      addresses === undefined
        ? didYouMean(adapter, scoped)
        : `; keys of ${adapter} are chosen by patterns, as ${adapter}/user:*`;
    throw new UsageError(
      `the scope ${JSON.stringify(text)} must be ADAPTER=NAME, with the adapter ${scoped.join(', ')}${hint}`,
    );
  }
  if (equals === -1 || equals === text.length - 1)
    throw new UsageError(`the scope ${JSON.stringify(text)} must name a ${addresses.scope}, as ${adapter}=NAME`);
  return writeAddress(readAddress(`${adapter}/${text.slice(equals + 1).replaceAll('/', '%2F')}`));
}

/** A pattern that no address can match is a mistake. */
function globOf(pattern: string): AddressGlob {
  const glob = new AddressGlob(pattern);
  if (ADAPTER_NAMES.some((name) => glob.matches(name) || glob.mayMatchBelow(`${name}/`))) return glob;
  const names: readonly string[] = ADAPTER_NAMES;
  const [name = ''] = pattern.split('/');
  throw new UsageError(
    `the pattern ${JSON.stringify(pattern)} must begin with ${names.map((one) => `${one}/`).join(', ')} or *${didYouMean(name, names)}`,
  );
}
