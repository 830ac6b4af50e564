import { OwnerFinder } from '@ekv/core';
import type { OnRow } from '@ekv/snapshot';
import { scopeNameOf } from './scope-name.ts';
import { SeparatorSample } from './separators.ts';

/** Scopes that are looked at one by one. */
const MOST_SCOPES = 1000;
/** Every row of the first ones is looked at, then fewer and fewer: up to so many rows, each of so many. */
const STEPS: ReadonlyArray<readonly [upTo: number, each: number]> = [
  [2_000, 1],
  [50_000, 8],
  [1_000_000, 64],
  [Number.POSITIVE_INFINITY, 512],
];

/** Finds the bytes at which the names of each scope are divided, from some of the rows that pass. */
export class SeparatorFinder {
  readonly #owners = new OwnerFinder();
  readonly #scopes = new Map<string, SeparatorSample>();
  /** Of all scopes of an adapter, for those that no row was looked at of. */
  readonly #adapters = new Map<string, SeparatorSample>();
  #rows = 0;
  #step = 0;
  /** Rows up to the next one that is looked at. */
  #wait = 1;

  readonly onRow: OnRow = (bytes, keyStart, keyEnd) => {
    if (--this.#wait > 0) return;
    this.#look(bytes, keyStart, keyEnd);
    const [upTo, each] = STEPS[this.#step]!;
    this.#wait = each;
    this.#rows += each;
    if (this.#rows > upTo) this.#step++;
  };

  /** @param scope as of {@link scopeNameOf}. @returns a byte string; empty when names are not divided. */
  separator(adapter: string, scope: string): string {
    return (this.#scopes.get(`${adapter}/${scope}`) ?? this.#adapters.get(adapter))?.separator() ?? '';
  }

  #look(bytes: Buffer, keyStart: number, keyEnd: number): void {
    const found = this.#owners.find(bytes, keyStart, keyEnd);
    if (found === undefined || !hasName(found.role) || found.adapter === 'sqs') return;
    const name = found.key;
    if (name === undefined) return;
    for (const sample of [
      this.#scope(`${found.adapter}/${scopeNameOf(found)}`),
      sampleOf(this.#adapters, found.adapter),
    ])
      if (sample !== undefined && !sample.isFull) sample.add(name, 0, name.length);
  }

  #scope(name: string): SeparatorSample | undefined {
    return this.#scopes.size < MOST_SCOPES ? sampleOf(this.#scopes, name) : this.#scopes.get(name);
  }
}

function hasName(role: string): boolean {
  return role === 'value' || role === 'element' || role === 'metadata';
}

function sampleOf(samples: Map<string, SeparatorSample>, name: string): SeparatorSample {
  const found = samples.get(name) ?? new SeparatorSample();
  samples.set(name, found);
  return found;
}
